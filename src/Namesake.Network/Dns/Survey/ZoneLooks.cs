using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns.Survey;

/// <summary>Looks at one zone: 1. its servers' names by the resolver and by the zone above, 2. all their addresses, 3. what each says about the zone itself.</summary>
/// <remarks>Names that only the zone above gives are asked too: receivers' resolvers come from there.</remarks>
internal sealed class ZoneLooks(SurveySettings settings, Resolver resolver, ZoneFinder finder, SurveyQuestions questions, TimeProvider clock)
{
    private const int MostParentServers = 3;

    public async Task<ZoneSurvey> LookAsync(DomainName zone, CancellationToken cancellation)
    {
        using var time = new SurveyTime(settings.TotalTime, clock, cancellation);
        var at = clock.GetUtcNow();
        try
        {
            var asking = resolver.AskAsync(zone, RecordType.NS, time.Token);
            var parent = await AskParentAsync(zone, time);
            var own = await asking;
            var names = own.Records.OfType<NameServerRecord>().Select(record => record.Server) // 1.
                .Concat(parent?.Referrals.SelectMany(word => word.Names) ?? []).Distinct().Take(settings.MostServers).ToList();
            if (names.Count == 0)
                return new ZoneSurvey(zone, [], [], parent, at, $"{own.Server} does not say which servers {zone} has: it {own.Outcome.Words()}");
            var located = await Task.WhenAll(names.Select(name => LocateAsync(name, settings.MostAddresses, time))); // 2.
            var looks = await Task.WhenAll(Spread(located).Select(server => LookAtServerAsync(zone, server, time))); // 3.
            return new ZoneSurvey(zone, [.. looks], [.. located.Where(found => found.IsHomeless).Select(found => found.Name)], parent, at, looks.Length == 0 ? $"no server of {zone} has an address that is known" : null);
        }
        catch (OperationCanceledException) when (time.IsOver)
        {
            return new ZoneSurvey(zone, [], [], null, at, $"the servers of {zone} were not found within {settings.TotalTime.TotalSeconds:0} s");
        }
    }

    /// <summary>Where a server listens. Tests and demos give theirs another port, which DNS can't announce.</summary>
    public IPEndPoint EndPointOf(IPAddress address) =>
        resolver.Path.Servers.FirstOrDefault(own => own.Address.Equals(address) && own.Port != resolver.Settings.AuthoritativePort) ?? new IPEndPoint(address, resolver.Settings.AuthoritativePort);

    private async Task<ZoneServerLook> LookAtServerAsync(DomainName zone, ZoneServer server, SurveyTime time)
    {
        var endPoint = EndPointOf(server.Address);
        var label = server.ToString();
        var asked = await Task.WhenAll(
            questions.AskServerAsync(label, endPoint, zone, RecordType.Soa, DnsTransport.Udp, time),
            questions.AskServerAsync(label, endPoint, zone, RecordType.Soa, DnsTransport.Tcp, time),
            questions.AskServerAsync(label, endPoint, zone, RecordType.NS, DnsTransport.Udp, time));
        return new ZoneServerLook(server.Name, server.Address, asked[0], asked[1], asked[2]);
    }

    private async Task<ParentDelegation?> AskParentAsync(DomainName zone, SurveyTime time)
    {
        if (zone.Parent is not { } above)
            return null; // the root is trusted to be right
        var (parent, _) = await finder.ZoneOfAsync(above, time.Token);
        if (parent is null)
            return null;
        var servers = await resolver.AskAsync(parent, RecordType.NS, time.Token);
        var names = servers.Records.OfType<NameServerRecord>().Select(record => record.Server).Distinct().Take(MostParentServers).ToList();
        var located = await Task.WhenAll(names.Select(name => LocateAsync(name, 1, time)));
        return new ParentDelegation(parent, [.. await Task.WhenAll(Spread(located).Select(server => AskParentServerAsync(zone, server, time)))]);
    }

    private async Task<ParentWord> AskParentServerAsync(DomainName zone, ZoneServer server, SurveyTime time)
    {
        var (exchanged, _, _) = await questions.AskAsync(EndPointOf(server.Address), zone, RecordType.NS, new DnsManner(Recursion: false), time);
        if (exchanged.Reply is not { } reply)
            return new ParentWord(server.ToString(), exchanged.Trouble, [], false);
        var servesChild = reply.Authoritative && reply.Answers.Any(record => record.Type == (int)RecordType.NS && record.Owner == zone.Value);
        var referral = reply.Authorities.Where(record => record.Type == (int)RecordType.NS && record.Owner == zone.Value)
            .Select(record => DomainName.TryParse(record.Target, out var name, out _) ? name : null).OfType<DomainName>().Distinct().ToImmutableArray();
        var outcome = servesChild || (reply.ResponseCode == 0 && !referral.IsEmpty) ? DnsOutcome.Answer
            : reply is { Authoritative: true, ResponseCode: 0 or 3 } ? DnsReading.Of(reply, zone, RecordType.NS, follow: false).Outcome
            : reply.ResponseCode == 0 ? DnsOutcome.Lame
            : DnsReading.Of(reply, zone, RecordType.NS, follow: false).Outcome is var failure and not DnsOutcome.NameError ? failure : DnsOutcome.Lame;
        return new ParentWord(server.ToString(), outcome, servesChild ? [] : referral, servesChild);
    }

    private async Task<Located> LocateAsync(DomainName name, int most, SurveyTime time)
    {
        var answers = await Task.WhenAll(resolver.AskAsync(name, RecordType.A, time.Token), resolver.AskAsync(name, RecordType.Aaaa, time.Token));
        var (four, six) = (answers[0].Addresses.ToList(), answers[1].Addresses.ToList());
        // As many of each family as there is room for: neither shall push the other out.
        var room = Math.Max(most - Math.Min(six.Count, most / 2), Math.Min(four.Count, 1));
        var addresses = four.Take(room).ToList();
        return new Located(name, [.. addresses, .. six.Take(most - addresses.Count)], answers.All(answer => answer.IsDefinite && !answer.Addresses.Any()));
    }

    /// <summary>The first address of each server, then the second of each …, each address once: the bound costs no server its voice before it must.</summary>
    private List<ZoneServer> Spread(IReadOnlyList<Located> located) =>
        [.. located.SelectMany(found => found.Addresses.Select((address, place) => (Place: place, Server: new ZoneServer(found.Name, address))))
            .OrderBy(each => each.Place).Select(each => each.Server).DistinctBy(server => server.Address).Take(settings.MostAddressesInAll)];

    /// <param name="IsHomeless">DNS says definitely that it has no address.</param>
    private sealed record Located(DomainName Name, ImmutableArray<IPAddress> Addresses, bool IsHomeless);
}
