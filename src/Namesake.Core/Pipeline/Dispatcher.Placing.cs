using System.Net.Sockets;
using Namesake.Core.Brands;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Pipeline;

// Which source a message gets. Sticky: a function of the message's id, so that every retry and every recipient of one domain leaves from the same address.
public sealed partial class Dispatcher
{
    /// <inheritdoc/>
    public Placement Place(Brand brand, MessageId message, DomainName domain, string? via)
    {
        var now = _time.GetUtcNow();
        var route = _router.Known(domain, via) as Reachable;
        var open = Choose(brand, message, domain, via, route);
        var source = open ?? ToWaitFor(brand, message, domain, via, route);
        var key = new QueueKey(brand.Id, source, domain, via);
        var room = _window.RoomOf(brand.Id) > 0 && _window.HasBytesFor(brand.Id) && !_stopping.IsCancellationRequested;
        var lane = route is null ? null : _gate.FindLane(new LaneKey(source, route.Site));
        // A lane in which this brand is far behind is no place for more of it: the newcomer waits in the spool, where waiting is cheap. Other brands' backlog counts for nothing.
        var moving = lane is null || (lane.RestOf(route!.Destination) is null && lane.WaitingOf(brand.Id) < route.Connections * 20);
        // Above its rate mail waits there too, and is not written twice for it.
        moving &= route is null || _gate.Rates.Available(new LaneKey(source, route.Site), route.Limits) is not 0;
        return open is not null && room && moving
            ? new Placement(key, true, _retries.NextDue(message, 1, now))
            : new Placement(key, false, now);
    }

    /// <summary>The open source this message goes by; null when its brand has none that takes mail and can reach the site.</summary>
    private SourceId? Choose(Brand brand, MessageId message, DomainName domain, string? via, Reachable? route) =>
        SourceChoice.Open(message, CandidatesOf(brand, domain, via, route))?.Id;

    /// <summary>The source a message waits for while its brand has none that takes it.</summary>
    private SourceId ToWaitFor(Brand brand, MessageId message, DomainName domain, string? via, Reachable? route) =>
        SourceChoice.ToWaitFor(message, CandidatesOf(brand, domain, via, route))?.Id ?? brand.Sources[0];

    private SourceCandidate[] CandidatesOf(Brand brand, DomainName domain, string? via, Reachable? route)
    {
        var identity = IdentityOf(domain, via, route);
        var directory = _model().Sources;
        var candidates = new SourceCandidate[brand.Sources.Length];
        var count = 0;
        var hasV4 = false;
        foreach (var id in brand.Sources)
        {
            if (directory.Find(id) is not { } source)
                continue;
            hasV4 |= source.Family == AddressFamily.InterNetwork;
            candidates[count++] = new SourceCandidate(source, route is null || route.HasFamily(source.Family), _gate.ClosedBy(id, route?.Site, identity) is null);
        }

        if (count < candidates.Length)
            candidates = candidates[..count];
        if (count > 1 && route?.HasBoth == true)
            Prefer(candidates, route);
        // Until a site's addresses are known, IPv4 is the family every receiver has. A brand whose IPv4 sources are all held has the others tried, or nobody would ever look.
        if (route is null && hasV4)
            for (var i = 0; i < candidates.Length; i++)
                candidates[i] = candidates[i] with { Reaches = candidates[i].Source.Family == AddressFamily.InterNetwork };
        return candidates;
    }

    /// <summary>The family that has the receiver's best hosts and is answered there goes first. One source that meets silence speaks for its family: a sibling would meet the same.</summary>
    private void Prefer(SourceCandidate[] candidates, Reachable route)
    {
        var (silentV4, silentV6) = (!route.HasBestBy(AddressFamily.InterNetwork), !route.HasBestBy(AddressFamily.InterNetworkV6));
        foreach (var (source, _, _) in candidates)
        {
            silentV4 |= source.Family == AddressFamily.InterNetwork && IsMute(source.Id, route);
            silentV6 |= source.Family == AddressFamily.InterNetworkV6 && IsMute(source.Id, route);
        }

        for (var i = 0; i < candidates.Length; i++)
            candidates[i] = candidates[i] with { Reaches = candidates[i].Source.Family == AddressFamily.InterNetwork ? !silentV4 : !silentV6 };
    }

    private bool IsMute(SourceId source, Reachable route) => _gate.FindLane(new LaneKey(source, route.Site))?.IsMute(route.Destination) == true;

    /// <summary>A source of the brand that may reach a receiver over its family who is silent over the queue's, or whose best hosts have none of it; null when the queue's is as good, or none is
    /// known to be better: mail for a receiver that is dead over both must not go to and fro.</summary>
    private SourceId? AnsweredInstead(QueueKey key, Reachable route)
    {
        if (!route.HasBoth)
            return null;
        var model = _model();
        if (model.Sources.Find(key.Source) is not { } source || (route.HasBestBy(source.Family) && !IsMute(key.Source, route)) || model.Brands.Find(key.Brand) is not { } brand)
            return null;
        foreach (var candidate in CandidatesOf(brand, key.Domain, key.Via, route))
            if (candidate is { Takes: true, Reaches: true })
                return candidate.Source.Id;
        return null;
    }

    /// <summary>Not only nothing bad is known of it: what waits moves in bulk, and must not for a receiver that is dead.</summary>
    private bool HasAnswered(SourceId source, Reachable route) => _gate.FindLane(new LaneKey(source, route.Site))?.HasAnswered(route.Destination) == true;

    /// <summary>Why nothing leaves of a queue; null when it may. A brand that is gone, or that no longer has this source, keeps its mail: it never leaves by another brand's.</summary>
    private Hold? HoldOf(QueueKey key, Reachable? route) =>
        Belonging.HoldOf(key, _model(), _time.GetUtcNow()) ?? _gate.ClosedBy(key.Source, route?.Site, IdentityOf(key.Domain, key.Via, route));

    /// <summary>What identity means on this way, also before its hosts are known. The way back to a peer is a route of ours.</summary>
    private RouteIdentity IdentityOf(DomainName domain, string? via, Reachable? route) =>
        route?.Identity
        ?? (via is not null ? RouteIdentity.Internal : _model().Routes.FirstOrDefault(configured => configured.Matches(domain))?.Identity ?? RouteIdentity.Public);
}
