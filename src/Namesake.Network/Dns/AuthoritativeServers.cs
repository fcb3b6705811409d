using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Network.Dns.Wire;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns;

/// <summary>Asks every server of a name's zone itself: 1. find the zone, 2. ask all its servers at once, 3. where they answer with a CNAME into another
/// zone, go on with that zone's servers.</summary>
/// <remarks>
/// <para>Both zones count (RFC 2317): a server of the first that holds no CNAME, or is silent, stands in the answers beside those of the second.</para>
/// <para>A server that let all tries pass is asked once and briefly for a while: a plan asks about a thousand names of one zone, and one dead server of it must not cost the time-outs of each. It counts again with its first reply.</para>
/// </remarks>
internal sealed class AuthoritativeServers(ResolverSettings settings, DnsExchange exchange, ResolverPath path, Resolver resolver, TimeProvider clock)
{
    // Servers that disagree about a CNAME's target are followed each; more than this is no zone but noise.
    private const int MaxTargets = 3;

    private const int SilentServersRemembered = 10_000;

    /// <summary>As long as a server that just starts may take; then one question takes its full time again.</summary>
    private static readonly TimeSpan SilenceRemembered = TimeSpan.FromSeconds(30);

    private readonly DnsMemory<IPAddress, DnsAnswer> _silent = new(SilentServersRemembered);

    private readonly ZoneFinder _zones = new(settings, path, resolver, clock);

    public async Task<AuthoritativeAnswers> AskAsync(DomainName name, RecordType type, CancellationToken cancellation)
    {
        var own = await resolver.AskFreshAsync(name, type, cancellation);
        var walk = new Walk(name, type, own.Authoritative ? AddressOf(own) : null);
        var answers = ImmutableArray.CreateBuilder<DnsAnswer>();
        var (zone, found, trouble) = await FollowAsync(walk, name, [], null, cancellation);
        // A resolver that answers with authority without being one of the zone's servers shows a view of its own (local data, an internal zone): the servers outrank it.
        if (own is { Authoritative: true, IsDefinite: true } && (walk.MetResolver || found.TrueForAll(answer => !answer.IsDefinite)))
            answers.Add(own);
        answers.AddRange(found);
        return new AuthoritativeAnswers(zone, answers.ToImmutable(), answers.Count == 0 ? trouble : null);
    }

    /// <param name="already">The servers to ask, where the name is in the same zone as the one before.</param>
    private async Task<(DomainName? Zone, List<DnsAnswer> Answers, string? Trouble)> FollowAsync(
        Walk walk, DomainName at, ImmutableArray<DomainName> aliases, Delegation? already, CancellationToken cancellation)
    {
        var delegation = already;
        string? trouble = null;
        if (delegation is null)
            (delegation, trouble) = await _zones.FindAsync(at, cancellation);
        if (delegation is null)
            return (null, [], trouble);
        var servers = delegation.Servers.Where(server => !server.Address.Equals(walk.ResolverItself)).ToList();
        if (servers.Count < delegation.Servers.Length)
            walk.MeetResolver();
        if (servers.Count == 0) // the resolver is the zone's only server and has answered
            return (delegation.Zone, [], null);

        var heard = await Task.WhenAll(servers.Select(server => AskOneAsync(walk, server, at, aliases, cancellation)));
        var answers = heard.Where(each => each.Next is null).Select(each => each.Answer).ToList();
        var zone = delegation.Zone;
        foreach (var group in heard.Where(each => each.Next is not null).GroupBy(each => each.Next!).Take(MaxTargets))
        {
            var target = group.Key;
            if (target == walk.Name || aliases.Contains(target) || aliases.Length == DnsReading.MaxAliases)
            {
                answers.AddRange(group.Select(each => each.Answer with { Outcome = DnsOutcome.Malformed }));
                continue;
            }
            var (next, _) = await _zones.FindAsync(target, cancellation);
            // In the same zone the servers that told us go on themselves.
            var same = next is not null && next.Zone == delegation.Zone ? delegation with { Servers = [.. group.Select(each => each.Server)] } : next;
            var rest = same is null ? default : await FollowAsync(walk, target, aliases.Add(target), same, cancellation);
            zone = rest.Zone ?? zone;
            if (rest.Answers is { Count: > 0 })
                answers.AddRange(rest.Answers);
            else if (walk.ResolverItself is null)
                answers.AddRange(group.Select(each => each.Answer with { Outcome = DnsOutcome.Unreachable }));
        }
        return (zone, answers, null);
    }

    private async Task<(ZoneServer Server, DnsAnswer Answer, DomainName? Next)> AskOneAsync(
        Walk walk, ZoneServer server, DomainName at, ImmutableArray<DomainName> aliases, CancellationToken cancellation)
    {
        var askedAt = clock.GetUtcNow();
        var wasSilent = _silent.Find(server.Address) is { } last && askedAt - last.At < SilenceRemembered;
        var exchanged = await exchange.AskAsync(
            new IPEndPoint(server.Address, settings.AuthoritativePort), new WireQuestion(at, walk.Type), recursion: false,
            wasSilent ? settings.SilentTryTimeout : settings.AuthoritativeTryTimeout, wasSilent ? 1 : settings.Tries, cancellation);
        var silent = new DnsAnswer(walk.Name, walk.Type, exchanged.Trouble, [], aliases, TimeSpan.Zero, false, false, server.ToString(), askedAt);
        if (exchanged.Reply is not { } reply)
        {
            if (!wasSilent && silent.Outcome == DnsOutcome.TimedOut)
                _silent.Remember(server.Address, silent, _ => false);
            return (server, silent, null);
        }
        _silent.Forget(server.Address);
        var reading = DnsReading.Of(reply, at, walk.Type, follow: false);
        var heard = silent with
        {
            Outcome = reading.Outcome,
            Records = reading.Records,
            Aliases = aliases.AddRange(reading.Aliases),
            Ttl = reading.Ttl,
            Authoritative = reply.Authoritative,
        };
        if (IsLame(reply))
            return (server, heard with { Outcome = DnsOutcome.Lame, Records = [], Aliases = aliases, Ttl = TimeSpan.Zero }, null);
        return (server, heard, reading.Next);
    }

    /// <summary>A server of the zone that answers without authority. (One that points elsewhere is lame to every reader: <see cref="DnsReading"/>.)</summary>
    private static bool IsLame(WireMessage reply) => reply.ResponseCode is 0 or 3 && !reply.Authoritative;

    private static IPAddress? AddressOf(DnsAnswer own) =>
        IPEndPoint.TryParse(own.Server["resolver ".Length..], out var endPoint) ? endPoint.Address : null;

    private sealed class Walk(DomainName name, RecordType type, IPAddress? resolverItself)
    {
        public DomainName Name => name;

        public RecordType Type => type;

        public IPAddress? ResolverItself => resolverItself;

        /// <summary>The resolver is one of the servers on the way.</summary>
        public bool MetResolver { get; private set; }

        public void MeetResolver() => MetResolver = true;
    }
}
