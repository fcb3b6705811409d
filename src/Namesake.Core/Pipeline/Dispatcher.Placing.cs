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
        var source = open ?? Preferred(brand, message, Usable(brand, route));
        var key = new QueueKey(brand.Id, source, domain, via);
        var room = InMemory < _options.Window && Interlocked.Read(ref _bytesInMemory) < _options.WindowBytes && !_stopping.IsCancellationRequested;
        var lane = route is null ? null : _gate.FindLane(new LaneKey(source, route.Site));
        // A lane in which this brand is far behind is no place for more of it: the newcomer waits in the spool, where waiting is cheap. Other brands' backlog counts for nothing.
        var moving = lane is null || (lane.RestOf(route!.Destination) is null && lane.WaitingOf(brand.Id) < route.Connections * 20);
        // Above its rate mail waits there too, and is not written twice for it.
        moving &= route is null || _gate.Rates.Available(new LaneKey(source, route.Site), route.Limits) is not 0;
        return open is not null && room && moving
            ? new Placement(key, true, _retries.NextDue(message, 1, now))
            : new Placement(key, false, now);
    }

    /// <summary>The open source this message goes by; null when its brand has none that can reach the site.</summary>
    private SourceId? Choose(Brand brand, MessageId message, DomainName domain, string? via, Reachable? route)
    {
        var identity = IdentityOf(domain, via, route);
        var open = Usable(brand, route).Where(source => _gate.HoldOf(source.Id, route?.Site, identity) is null).ToList();
        return open.Count == 0 ? null : open.Count == 1 ? open[0].Id : Preferred(brand, message, open);
    }

    private List<Source> Usable(Brand brand, Reachable? route)
    {
        var sources = new List<Source>(brand.Sources.Length);
        var directory = _model().Sources;
        foreach (var id in brand.Sources)
            if (directory.Find(id) is { } source && (route is null || route.HasFamily(source.Family)))
                sources.Add(source);
        // Until a site's addresses are known, IPv4 is the family every receiver has.
        if (route is null && sources.Exists(source => source.Family == AddressFamily.InterNetwork))
            sources.RemoveAll(source => source.Family != AddressFamily.InterNetwork);
        return sources;
    }

    private Hold? HoldOf(QueueKey key, Reachable? route) => _gate.HoldOf(key.Source, route?.Site, IdentityOf(key.Domain, key.Via, route));

    /// <summary>What identity means on this way, also before its hosts are known. The way back to a peer is a route of ours.</summary>
    private RouteIdentity IdentityOf(DomainName domain, string? via, Reachable? route) =>
        route?.Identity
        ?? (via is not null ? RouteIdentity.Internal : _model().Routes.FirstOrDefault(configured => configured.Matches(domain))?.Identity ?? RouteIdentity.Public);

    /// <summary>By weight, the same answer for the same message and the same choice.</summary>
    private static SourceId Preferred(Brand brand, MessageId message, List<Source> sources)
    {
        if (sources.Count == 0)
            return brand.Sources[0];
        var total = sources.Sum(source => source.Weight);
        // Ids are times: their low bits alone would favour whoever the clock's granularity favours. Fibonacci hashing spreads them.
        var point = (int)((ulong)message.Value * 0x9E3779B97F4A7C15UL >> 33) % total;
        foreach (var source in sources)
        {
            point -= source.Weight;
            if (point < 0)
                return source.Id;
        }

        return sources[^1].Id;
    }
}
