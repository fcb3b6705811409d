using Namesake.Core.Identity;
using Namesake.Core.Pipeline.Gating;
using Namesake.Web.Sources;

namespace Namesake.Web.Lanes;

/// <summary>One source towards one site, as it stands now.</summary>
/// <param name="Sessions">Connections open now.</param>
/// <param name="Waiting">Messages lined up in memory; what waits in the spool is in the queue.</param>
/// <param name="RestingDestinations">Sets of hosts of this site that don't answer, and rest alone; null: none.</param>
/// <param name="Limits">Null: nothing was lined up since the lane was last forgotten.</param>
/// <param name="Suspension">Its own or its site's; null: no operator has closed it.</param>
/// <param name="Note">In the answer to a suspension: that the name given may not be the site that was meant.</param>
/// <param name="AwaitsSession">It has mail for one more connection, and waits for its turn: the node or the site has as many as it may.</param>
public sealed record LaneView(
    string Source, string Site, int Sessions, int Waiting, RestView? Rest, HoldView? Hold, IReadOnlyList<DestinationRestView>? RestingDestinations = null,
    LaneLimitsView? Limits = null, SuspensionView? Suspension = null, bool AwaitsSession = false, string? Note = null)
{
    /// <param name="lane">Null: it has carried nothing since the start, or was forgotten.</param>
    public static LaneView Of(LaneKey key, Lane? lane, Hold? hold, Suspension? suspension, bool awaitsSession) => new(key.Source.Value, key.Site.Value, lane?.Sessions ?? 0, lane?.Waiting ?? 0,
        lane is { IsResting: true, Backoff: { } rest } ? RestView.Of(rest) : null, hold is null ? null : HoldView.Of(hold),
        lane is null ? null : DestinationRestView.Of(lane), lane is null ? null : LaneLimitsView.Of(lane), suspension is null ? null : SuspensionView.Of(suspension), awaitsSession);
}

/// <param name="Failures">In a row; the rest doubles with each.</param>
public sealed record RestView(DateTimeOffset Until, string Reason, int Failures)
{
    public static RestView Of(Backoff rest) => new(rest.Until, rest.Reason, rest.Failures);
}

/// <param name="Destination">The hosts, comma-separated.</param>
public sealed record DestinationRestView(string Destination, RestView Rest)
{
    public static IReadOnlyList<DestinationRestView>? Of(Lane lane)
    {
        var resting = lane.RestingDestinations();
        return resting.Count == 0 ? null : [.. resting.Select(rest => new DestinationRestView(rest.Destination, RestView.Of(rest.Backoff)))];
    }
}
