using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Web.Submitters;

/// <summary>How many recipients each freeze holds. Read only while there is one.</summary>
internal static class HeldMail
{
    public static async Task<Dictionary<HoldId, long>> ReadAsync(RunningRelay relay, CancellationToken cancellation) => !relay.Submitters.Freezes.Any()
        ? []
        : Of(await relay.Spool.HoldsAsync(new SpoolFilter(), cancellation));

    public static Dictionary<HoldId, long> Of(ImmutableArray<HoldSummary> holds) => holds.ToDictionary(held => held.Hold.Id, held => held.Recipients);

    public static long Of(this Dictionary<HoldId, long> held, RunningRelay relay, string submitter) => relay.Submitters.HoldOf(submitter) is { } id ? held.GetValueOrDefault(id) : 0;
}
