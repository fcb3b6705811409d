using Namesake.Core.Identity;
using Namesake.Core.Pipeline.Gating;
using Namesake.Web.Sources;

namespace Namesake.Web.Lanes;

/// <summary>One source towards one site, as it stands now.</summary>
/// <param name="Sessions">Connections open now.</param>
/// <param name="Waiting">Messages lined up in memory; what waits in the spool is in the queue.</param>
/// <param name="RestingDestinations">Sets of hosts of this site that don't answer, and rest alone; null: none.</param>
public sealed record LaneView(string Source, string Site, int Sessions, int Waiting, RestView? Rest, HoldView? Hold, IReadOnlyList<DestinationRestView>? RestingDestinations = null)
{
    public static LaneView Of(Lane lane, Hold? hold) => new(lane.Key.Source.Value, lane.Key.Site.Value, lane.Sessions, lane.Waiting,
        lane.IsResting && lane.Backoff is { } rest ? RestView.Of(rest) : null, hold is null ? null : HoldView.Of(hold), DestinationRestView.Of(lane));

    /// <summary>A lane that is held and has carried nothing since the start.</summary>
    public static LaneView Of(Hold hold) => new(hold.Source.Value, hold.Site!.Value.Value, 0, 0, null, HoldView.Of(hold));
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
