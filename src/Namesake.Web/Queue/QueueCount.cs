using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Web.Queue;

/// <summary>Counts what waits from the numbers each queue's row keeps: a million messages cost what their queues cost. Only a filter that goes by message looks through them, in pages.</summary>
internal sealed class QueueCount(ISpoolView spool, QueueSearch search)
{
    public static readonly ImmutableArray<string> Kinds = ["brand", "source", "domain", "site", "state", "reason"];

    public async Task<QueueCountView> ReadAsync(QueueFilter filter, string by, int limit, CancellationToken cancellation)
    {
        var total = new Sum();
        var groups = new Dictionary<(bool Known, string Name), Sum>();
        await foreach (var page in search.PagesAsync(filter, cancellation))
        {
            var counted = page.Any(queue => queue.Within.SelectsRecipients) ? await search.CountAsync(page, cancellation) : default;
            for (var i = 0; i < page.Length; i++)
            {
                var queue = page[i];
                var (summary, standing) = (queue.Summary, queue.Standing);
                var part = queue.Within.SelectsRecipients ? counted[i] : new WaitingCount(summary.Waiting - summary.Held, 0, 0, summary.Held);
                var (moving, kept) = (part.Due + part.Later + part.Sending, part.Held);
                if (moving + kept == 0)
                    continue;
                total.Add(1, moving, kept, standing, summary.EarliestDue);
                if (by is not ("state" or "reason"))
                {
                    Group(Name(by, summary.Key, standing)).Add(1, moving, kept, standing, summary.EarliestDue);
                    continue;
                }

                // What somebody keeps back stands under that word, and the rest of the same queue under its own.
                if (moving > 0)
                    Group(Name(by, summary.Key, standing)).Add(1, moving, 0, standing, summary.EarliestDue);
                foreach (var (name, recipients) in kept == 0 ? [] : by == "state" ? [("held", kept)] : await KeptAsync(queue, cancellation))
                    Group(name).Add(moving > 0 ? 0 : 1, 0, recipients, standing, null);
            }
        }

        Sum Group(string? name)
        {
            var key = (name is not null, name ?? "");
            return groups.TryGetValue(key, out var sum) ? sum : groups[key] = new Sum();
        }

        var sorted = groups.OrderByDescending(group => group.Value.Waiting).ThenBy(group => group.Key.Name, StringComparer.Ordinal).ToList();
        var others = new Sum();
        foreach (var (_, sum) in sorted.Skip(limit))
            others.Add(sum);
        return new QueueCountView(
            by, total.Shown(), [.. sorted.Take(limit).Select(group => new QueueGroupView(group.Key.Known ? group.Key.Name : null, group.Value.Shown()))],
            sorted.Count > limit ? new QueueOthersView(sorted.Count - limit, others.Shown()) : null);
    }

    // By whose word; only where the filter goes by message do they have to be looked for.
    private async Task<ImmutableArray<(string Name, long Recipients)>> KeptAsync(FoundQueue queue, CancellationToken cancellation)
    {
        var key = queue.Summary.Key;
        var names = ImmutableArray.CreateBuilder<(string, long)>();
        foreach (var hold in await spool.HoldsAsync(new SpoolFilter(key.Brand, key.Source, key.Domain), cancellation))
        {
            var within = queue.Within with { State = RecipientState.Held, Hold = hold.Hold.Id };
            var recipients = queue.Within.SelectsRecipients || key.Via is not null ? (await search.CountAsync([queue with { Within = within }], cancellation))[0].Held : hold.Recipients;
            if (recipients > 0)
                names.Add((hold.Hold.Reason, recipients));
        }

        return names.ToImmutable();
    }

    private static string? Name(string by, QueueKey key, QueueStanding standing) => by switch
    {
        "brand" => key.Brand.Value,
        "source" => key.Source.Value,
        "domain" => key.Domain.Value,
        "site" => standing.Route?.Site.Value,
        "state" => StateOf(standing),
        _ => standing.Hold is { } hold ? $"{hold.Check} {hold.Reason}".TrimStart() : standing.Rest?.Reason ?? "waits for its time",
    };

    /// <summary>As the list of queues says it.</summary>
    public static string StateOf(QueueStanding standing) => standing.Hold is not null ? "held" : standing.Rest is not null ? "resting" : standing.Draining ? "draining" : "moving";

    private sealed class Sum
    {
        private long _queues, _held, _resting;
        private DateTimeOffset? _due;

        public long Waiting { get; private set; }

        /// <param name="moving">Recipients nobody keeps back.</param>
        public void Add(long queues, long moving, long kept, QueueStanding standing, DateTimeOffset? due)
        {
            _queues += queues;
            Waiting += moving + kept;
            _held += standing.Hold is null ? kept : moving + kept;
            _resting += standing is { Hold: null, Rest: not null } ? moving : 0;
            Offer(moving > 0 ? due : null);
        }

        public void Add(Sum other)
        {
            (_queues, Waiting, _held, _resting) = (_queues + other._queues, Waiting + other.Waiting, _held + other._held, _resting + other._resting);
            Offer(other._due);
        }

        public QueueSumView Shown() => new(_queues, Waiting, _held, _resting, _due);

        private void Offer(DateTimeOffset? due)
        {
            if (due is not null && (_due is null || due < _due))
                _due = due;
        }
    }
}
