using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Receivers;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Routing;

/// <summary>Domain → hosts → site.</summary>
/// <remarks>The first configured route that matches wins. Otherwise RFC 5321 §5.1: MX hosts by preference; no MX but an address is an implicit MX;
/// a null MX (RFC 7505) is a permanent refusal; trouble of DNS is transient, never permanent. Addresses that are not public are left out on public routes
/// (a record must not steer us into our own network), and so is everything from our own address on (loops).
/// How long a plan holds, and what holds while DNS is silent, is <see cref="PlanMemory"/>'s.</remarks>
public sealed class Router(IDnsLookup dns, Func<RelayModel> model, TimeProvider time)
{
    private readonly PlanMemory _memory = new(time);
    private readonly RoutingBasis _basis = new();

    /// <summary>The plan if it is known and fresh, without waiting: the way of nearly every message.</summary>
    public RoutePlan? Known(DomainName domain, string? via) =>
        _memory.Find(via ?? domain.Value, _basis.Of(model()), dns.ResolvingInDoubt);

    /// <summary>The way that was known last, fresh or not: for what is told of mail that waits, never for what leaves.</summary>
    public Reachable? LastKnown(DomainName domain, string? via) => _memory.Last(via ?? domain.Value, _basis.Of(model()));

    public async Task<RoutePlan> PlanAsync(DomainName domain, string? via, CancellationToken cancellation)
    {
        if (Known(domain, via) is { } known)
            return known;
        var (current, doubted) = (model(), dns.ResolvingInDoubt);
        RoutePlan plan;
        if (via is not null)
        {
            var (host, port) = SplitVia(via);
            plan = await ViaHostAsync(host, port, RouteIdentity.Internal, 20, $"back to {via}", cancellation);
        }
        else if (current.Routes.FirstOrDefault(route => route.Matches(domain)) is { } route)
            plan = await ViaHostAsync(route.Host, route.Port, route.Identity, route.Connections, $"route via {route.Host}:{route.Port}", cancellation);
        else
            plan = await ByMXAsync(domain, current, cancellation);
        return _memory.Keep(via ?? domain.Value, _basis.Of(current), plan, doubted);
    }

    private async Task<RoutePlan> ByMXAsync(DomainName domain, RelayModel current, CancellationToken cancellation)
    {
        var answer = await dns.AskAsync(domain, RecordType.MX, cancellation);
        switch (answer.Outcome)
        {
            case DnsOutcome.Answer:
                var records = answer.Records.OfType<MXRecord>().ToList();
                if (records.TrueForAll(record => record.Exchange is null))
                    return Permanent(556, "5.1.10", $"{domain} accepts no mail: its MX is the null MX of RFC 7505", answer.Ttl);
                // A null MX beside others is a mistake (RFC 7505 §3), and not one that says the domain takes no mail.
                var exchanges = records.Where(record => record.Exchange is not null).OrderBy(record => record.Preference).ThenBy(_ => Random.Shared.Next())
                    .Select(record => (record.Exchange!, record.Preference)).Take(10).ToList();
                return await ResolveHostsAsync(domain, exchanges, "MX", answer.Ttl, current, cancellation);
            case DnsOutcome.NoData:
                return await ResolveHostsAsync(domain, [(domain, 0)], "implicit MX", answer.Ttl, current, cancellation);
            case DnsOutcome.NameError:
                return Permanent(550, "5.1.2", $"the domain {domain} does not exist", answer.Ttl);
            default:
                return Silent($"DNS did not answer for the MX of {domain}: {answer.Server} {answer.Outcome.Words()}");
        }
    }

    private async Task<RoutePlan> ResolveHostsAsync(
        DomainName domain, List<(DomainName Host, int Preference)> exchanges, string how, TimeSpan ttl, RelayModel current, CancellationToken cancellation)
    {
        var lookups = exchanges.Select(async exchange => (exchange.Host, exchange.Preference, Found: await AddressesAsync(exchange.Host, cancellation))).ToList();
        var hops = new List<NextHop>();
        string? trouble = null;
        var (privateOnly, ourselves, ourPreference, best) = (false, false, 0, int.MaxValue);
        foreach (var lookup in lookups)
        {
            var (host, preference, (addresses, hostTrouble, hostTtl)) = await lookup;
            ttl = hostTtl < ttl ? hostTtl : ttl;
            if (ourselves)
                continue;
            trouble ??= hostTrouble;
            // Whose mail it is, the best hosts tell, also while DNS won't tell their addresses; one that steps in for them may be anybody's.
            if (hostTrouble is not null || addresses.Any(address => IsAllowed(address, current)))
                best = Math.Min(best, preference);
            foreach (var address in addresses)
            {
                if (IsOurs(address, current))
                    (ourselves, ourPreference) = (true, preference);
                else if (!IsAllowed(address, current))
                    privateOnly = true;
                else if (!ourselves)
                    hops.Add(new NextHop(host.Value, address, 25, preference));
            }
        }

        // What is no better than ourselves goes too, whichever side of us the shuffle put it (RFC 5321 §5.1).
        if (ourselves)
            hops.RemoveAll(hop => hop.Preference >= ourPreference);
        if (hops.Count > 0)
        {
            var site = SiteRules.SiteOf(exchanges.Where(exchange => exchange.Preference == best).Select(exchange => exchange.Host));
            var limits = KnownLimits.For(site, current.Sites);
            return new Reachable(site, string.Join(',', hops.Select(hop => hop.Host).Distinct().Order(StringComparer.Ordinal)),
                [.. hops], RouteIdentity.Public, limits.Connections, how, Until(ttl)) { Limits = limits, BestPreference = best, IsPartial = trouble is not null };
        }

        // A host whose addresses DNS would not tell might have been the one: nothing is final yet.
        if (trouble is not null)
            return Silent($"DNS did not answer for the addresses of {domain}'s mail hosts ({trouble})");
        if (ourselves)
            return Permanent(554, "5.4.6", $"the best MX of {domain} is this relay itself: mail would loop; a route for {domain} in the configuration says where its mailboxes are", ttl);
        if (privateOnly)
            return Permanent(550, "5.4.4", $"the MX of {domain} has no public address", ttl);
        return Permanent(550, how == "MX" ? "5.4.4" : "5.1.2", how == "MX" ? $"no MX of {domain} has an address" : $"{domain} has neither an MX nor an address", ttl);
    }

    private async Task<RoutePlan> ViaHostAsync(string host, int port, RouteIdentity identity, int connections, string how, CancellationToken cancellation)
    {
        var site = new SiteId($"route:{host}:{port}");
        var limits = KnownLimits.ForRoute(site, connections, model().Sites);
        if (IPAddress.TryParse(host, out var literal))
            return new Reachable(site, site.Value, [new NextHop(host, literal, port, 0)], identity, limits.Connections, how, Until(PlanMemory.LongestLife)) { Limits = limits };
        var (addresses, trouble, ttl) = await AddressesAsync(DomainName.Parse(host), cancellation);
        if (addresses.IsEmpty)
            return trouble is not null ? Silent($"DNS did not answer for the route's host {host} ({trouble})")
                : new Unroutable(SmtpReply.Of(451, "4.4.3", $"the route's host {host} has no address"), Until(ttl));
        return new Reachable(site, site.Value, [.. addresses.Select(address => new NextHop(host, address, port, 0))], identity, limits.Connections, how, Until(ttl)) { Limits = limits, IsPartial = trouble is not null };
    }

    private async Task<(ImmutableArray<IPAddress> Addresses, string? Trouble, TimeSpan Ttl)> AddressesAsync(DomainName host, CancellationToken cancellation)
    {
        var v4 = dns.AskAsync(host, RecordType.A, cancellation);
        var v6 = dns.AskAsync(host, RecordType.Aaaa, cancellation);
        var answers = await Task.WhenAll(v4, v6);
        var doubtful = answers.FirstOrDefault(answer => !answer.IsDefinite);
        return ([.. answers.SelectMany(answer => answer.Addresses)],
            doubtful is null ? null : $"{doubtful.Type.Word()} of {host}: {doubtful.Server} {doubtful.Outcome.Words()}",
            answers.Min(answer => answer.IsDefinite ? answer.Ttl : PlanMemory.ShortestLife));
    }

    /// <summary>Whether port 25 of this address is a listener of ours. Behind a translation it mostly isn't: the same public address takes the brand's mail for the server
    /// that stands behind us, so a source's public address alone says nothing. What loops all the same is stopped by its Received lines (RFC 5321 §6.3).</summary>
    private static bool IsOurs(IPAddress address, RelayModel current) =>
        current.Listeners.Any(listener => listener.Address.Port == 25
            && (listener.Address.Address.Equals(address) || (IsWildcardFor(listener.Address.Address, address) && current.Sources.All.Any(source => source.LocalAddress.Equals(address)))));

    private static bool IsWildcardFor(IPAddress listener, IPAddress address) =>
        listener.Equals(address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any);

    private static bool IsAllowed(IPAddress address, RelayModel current) =>
        SpecialAddresses.IsPublic(address) || current.TreatAsPublic.Any(range => range.Contains(address));

    private DateTimeOffset Until(TimeSpan ttl) => _memory.Until(ttl);

    private Unroutable Permanent(int code, string enhanced, string text, TimeSpan ttl) => new(SmtpReply.Of(code, enhanced, text), Until(ttl));

    private Unroutable Silent(string text) => new(SmtpReply.Of(451, "4.4.3", text), Until(PlanMemory.ShortestLife), DnsIsSilent: true);

    private static (string Host, int Port) SplitVia(string via)
    {
        var colon = via.LastIndexOf(':');
        return (via[..colon].Trim('[', ']'), int.Parse(via[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }
}
