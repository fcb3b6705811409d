using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Web.Lanes;

namespace Namesake.Web.Sites;

/// <summary>One receiver as all sources of the node meet it now.</summary>
/// <param name="Lanes">Sources that had mail for it lately, or are held or suspended there.</param>
/// <param name="Sessions">Connections open now, of all of them.</param>
/// <param name="SessionsBorne">How many it is known to bear: sources that have a connection make no more above that. Begins with 10 and grows with the messages it takes or refuses.</param>
/// <param name="Waiting">Messages lined up in memory; what waits in the spool is in the queue.</param>
/// <param name="AwaitSession">Lanes that have mail for one more connection and wait for their turn.</param>
/// <param name="Resting">Lanes that rest because the receiver asked for less or was in trouble.</param>
/// <param name="Held">Lanes held by the fence, or suspended by themselves.</param>
/// <param name="ConnectionsInAll">As configured; null: no limit beside each source's own.</param>
/// <param name="MessagesPerMinuteInAll">As <paramref name="ConnectionsInAll"/>.</param>
/// <param name="Note">As <see cref="LaneView.Note"/>.</param>
/// <param name="Suspension">For every source; null: no operator has closed it.</param>
public sealed record SiteView(
    string Site, int Lanes, int Sessions, int SessionsBorne, int Waiting, int AwaitSession, int Resting, int Held, int? ConnectionsInAll, int? MessagesPerMinuteInAll, SuspensionView? Suspension, string? Note = null)
{
    /// <param name="lanes">Of this site.</param>
    /// <param name="held">Its lanes that are held or suspended by themselves, whether they are among <paramref name="lanes"/> or not.</param>
    public static SiteView Of(SiteId site, IReadOnlyCollection<Lane> lanes, IReadOnlyCollection<LaneKey> held, SessionSlots slots, Suspension? suspension)
    {
        var (taken, bears) = slots.Of(site);
        var limits = lanes.Select(lane => lane.Limits).FirstOrDefault(limits => limits is not null);
        return new SiteView(site.Value, lanes.Select(lane => lane.Key).Union(held).Count(), taken, Math.Min(bears, limits?.ConnectionsInAll ?? bears), lanes.Sum(lane => lane.Waiting), lanes.Count(lane => slots.Waits(lane.Key)),
            lanes.Count(lane => lane.IsResting), held.Count, limits?.ConnectionsInAll, limits?.MessagesPerMinuteInAll, suspension is null ? null : SuspensionView.Of(suspension));
    }
}
