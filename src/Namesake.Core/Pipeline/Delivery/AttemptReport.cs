using System.Collections.Immutable;
using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline.Delivery;

/// <summary>How one attempt ended.</summary>
/// <param name="Outcomes">One per recipient of the consignment, in its order.</param>
/// <param name="SessionAlive">Whether the session can carry another message.</param>
/// <param name="Trouble">Set when more than this message should wait.</param>
public sealed record AttemptReport(
    ImmutableArray<Outcome> Outcomes,
    bool SessionAlive,
    Trouble? Trouble,
    TimeSpan Took,
    SessionFacts Facts)
{
    /// <summary>The reply that refused us for our identity; null when none did.</summary>
    public JudgedReply? IdentityRefusal { get; init; }

    /// <summary>The connection ended, or the receiver took its leave (421), before it had answered anything of this message.</summary>
    public bool NothingHeard { get; init; }

    public static AttemptReport Same(Waybill waybill, Outcome outcome, bool alive, Trouble? trouble, TimeSpan took, SessionFacts facts) =>
        new([.. Enumerable.Repeat(outcome, waybill.Consignment.Recipients.Length)], alive, trouble, took, facts);
}
