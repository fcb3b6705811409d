using Namesake.Core.Identity;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Receivers;

namespace Namesake.Core.Pipeline;

/// <summary>Which queued mail an operator means: what the spool can tell, and what only the running relay knows of a queue. What is null does not filter.</summary>
/// <param name="Spool">What is stored with queue and message.</param>
public sealed record QueueFilter(SpoolFilter Spool)
{
    /// <summary>Nothing is left out.</summary>
    public static QueueFilter All { get; } = new(new SpoolFilter());

    /// <summary>Where it goes, or went last. A queue whose way DNS doesn't tell has none, and is not meant.</summary>
    public SiteId? Site { get; init; }

    public QueueState? State { get; init; }

    /// <summary>Why it waits: a check ("PT-01"), a hold's reason ("misaligned", or an operator's words), or what made the lane rest; in any case of letters.</summary>
    public string? Because { get; init; }

    /// <summary>What of a queue is meant, given why it moves or doesn't; null: nothing.</summary>
    public SpoolFilter? Within(QueueSummary queue, QueueStanding standing)
    {
        if (Site is { } site && standing.Route?.Site != site)
            return null;
        var within = Spool;
        switch (State)
        {
            case QueueState.Due:
                within = within with { State = RecipientState.Due };
                break;
            case QueueState.Later:
                within = within with { State = RecipientState.Later };
                break;
            case QueueState.Sending:
                within = within with { State = RecipientState.Sending };
                break;
            case QueueState.Held when standing.Hold is null:
                within = within with { State = RecipientState.Held };
                break;
            case QueueState.Suspended when standing.Hold is not { Reason: Hold.Suspended }:
            case QueueState.Resting when standing is not { Hold: null, Rest: not null }:
            case QueueState.Draining when standing is not { Hold: null, Rest: null, Draining: true }:
            case QueueState.Moving when standing is not { Hold: null, Rest: null, Draining: false }:
                return null;
        }

        if (Because is not null && !Keeps(standing, Because))
            within = within with { HoldReason = Because };
        return queue.Held == 0 && (within.State == RecipientState.Held || within is not { Hold: null, HoldReason: null }) ? null : within;
    }

    /// <summary>One line for the log and for lists, in the words of the options.</summary>
    public override string ToString()
    {
        var parts = new (string Name, string? Value)[]
        {
            ("brand", Spool.Brand?.Value), ("site", Site?.Value), ("source", Spool.Source?.Value), ("domain", Spool.Domain?.Value), ("state", State?.ToString().ToLowerInvariant()),
            ("because", Because), ("submitter", Spool.Submitter), ("sender", Spool.Sender),
            ("message", Spool.Messages.IsDefault ? null : string.Join(' ', Spool.Messages)),
            ("accepted before", Spool.AcceptedBefore is { } before ? $"{before:yyyy-MM-dd HH:mm:ss} UTC" : null),
        };
        var said = string.Join(", ", parts.Where(part => part.Value is not null).Select(part => $"{part.Name} {part.Value}"));
        return said.Length == 0 ? "all mail" : said;
    }

    private static bool Keeps(QueueStanding standing, string reason) => standing.Hold is { } hold
        ? Same(hold.Check, reason) || Same(hold.Reason, reason) || Same($"{hold.Check} {hold.Reason}".Trim(), reason)
        : standing.Rest is { } rest && Same(rest.Reason, reason);

    private static bool Same(string said, string wanted) => said.Length > 0 && string.Equals(said, wanted, StringComparison.OrdinalIgnoreCase);
}
