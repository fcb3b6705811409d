using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity.Zones;

/// <summary>Observations as a survey brings them, all in order; tests change one thing and judge.</summary>
internal static class Recorded
{
    public const string Reverse = "5.113.0.203.in-addr.arpa", ReverseZone = "113.0.203.in-addr.arpa", Ehlo = "mail.acme.example", EhloZone = "acme.example";
    public const string First = "ns1.host.example", Second = "ns2.host.example";

    public static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly Source Acme = Scene.Source("acme", "203.0.113.5", Ehlo);

    internal static readonly ImmutableArray<(string Name, string Address)> Servers = [(First, "192.0.2.53"), (Second, "198.51.100.53")];

    private static readonly ImmutableArray<SurveyResolver> Resolvers =
    [
        new(IPEndPoint.Parse("8.8.8.8:53"), "Google", true), new(IPEndPoint.Parse("1.1.1.1:53"), "Cloudflare", true), new(IPEndPoint.Parse("9.9.9.9:53"), "Quad9", true),
        new(IPEndPoint.Parse("127.0.0.1:53"), "127.0.0.0/24", false),
    ];

    public static IdentityFacts Facts(Func<ZoneFacts, ZoneFacts>? change = null, Func<AuditorFacts, AuditorFacts>? auditor = null)
    {
        var zone = new ZoneFacts(Survey(Reverse, RecordType.Ptr, ReverseZone, Ehlo), Survey(Ehlo, RecordType.A, EhloZone, "203.0.113.5"), Survey(Ehlo, RecordType.Aaaa, EhloZone))
        {
            Authority = new WriteAuthority(Name(ReverseZone), WriteAccess.Proven, "TSIG key acme-update at 192.0.2.53", "", At),
            Written = [new WrittenRecord(Name(Reverse), RecordType.Ptr, [Ehlo], At.AddDays(-7), "plan 12")],
        };
        var seen = new AuditorFacts(At) { Resolvers = [.. Resolvers.Select(Exam)], Control = Look("in-addr.arpa"), Vantages = [new Vantage("witness mx.example.net", VantagePlace.Outside)] };
        return new IdentityFacts { Source = Acme, TreatAsPublic = Scene.Documentation, Zone = change?.Invoke(zone) ?? zone, Auditor = auditor?.Invoke(seen) ?? seen };
    }

    /// <summary>Judges all of both groups; what failed must be exactly this.</summary>
    public static CheckResult Judge(IdentityFacts facts, string check, CheckOutcome outcome, params string[] alsoBad)
    {
        var results = Catalogue.Judge(facts);
        var result = results.Single(each => each.Check == check);
        Assert.True(result.Outcome == outcome, $"{result}");
        var bad = results.Where(each => each.IsBad && (each.Check.StartsWith("ZN", StringComparison.Ordinal) || each.Check is "FB-09" or "FB-10")).Select(each => each.Check);
        Assert.Equal((outcome == CheckOutcome.Bad ? alsoBad.Append(check) : alsoBad).Order(StringComparer.Ordinal), bad.Order(StringComparer.Ordinal));
        Assert.True(result.Outcome != CheckOutcome.Bad || result.Fix.Length > 0);
        Assert.NotEmpty(result.Seen);
        return result;
    }

    public static DomainName Name(string text) => DomainName.Parse(text);

    /// <summary>All servers and resolvers give these; no value: the name exists without such a record.</summary>
    public static NameSurvey Survey(string name, RecordType type, string zone, params string[] values) => new(Name(name), type, "relay1", At)
    {
        Steps = [Step(name, type, zone, values)],
        Zones = [Look(zone)],
        Resolvers = [.. Resolvers.Select(resolver => new ResolverWord(resolver, Word(name, type, resolver.ToString(), DnsTransport.Udp, values), Word(name, type, resolver.ToString(), DnsTransport.Tcp, values), null, null, Exam(resolver)))],
    };

    public static SurveyStep Step(string name, RecordType type, string zone, params string[] values) => new(Name(name), Name(zone),
        [.. Servers.Select(server => new ServerWord(Name(server.Name), IPAddress.Parse(server.Address), Word(name, type, $"{server.Name} {server.Address}", DnsTransport.Udp, values), Word(name, type, $"{server.Name} {server.Address}", DnsTransport.Tcp, values)))]);

    public static ZoneSurvey Look(string zone)
    {
        var names = Servers.Select(server => server.Name).ToArray();
        var parent = Name(zone).Parent!;
        return new ZoneSurvey(Name(zone),
            [
                .. Servers.Select(server => new ZoneServerLook(Name(server.Name), IPAddress.Parse(server.Address),
                    Word(zone, RecordType.Soa, $"{server.Name} {server.Address}", DnsTransport.Udp, "7"), Word(zone, RecordType.Soa, $"{server.Name} {server.Address}", DnsTransport.Tcp, "7"),
                    Word(zone, RecordType.NS, $"{server.Name} {server.Address}", DnsTransport.Udp, names))),
            ],
            [], new ParentDelegation(parent, [new ParentWord("ns.above.example 192.0.2.1", DnsOutcome.Answer, [.. names.Select(Name)], false)]), At);
    }

    public static DnsWord Word(string name, RecordType type, string server, DnsTransport transport, params string[] values) =>
        new DnsWord(new DnsAnswer(Name(name), type, DnsOutcome.NoData, [], [], TimeSpan.FromHours(1), server.StartsWith("ns", StringComparison.Ordinal), false, server, At), transport, TimeSpan.FromMilliseconds(3))
            .Saying(values);

    public static DnsWord Saying(this DnsWord word, params string[] values) => word with
    {
        AliasTo = null,
        Answer = word.Answer with { Outcome = values.Length == 0 ? DnsOutcome.NoData : DnsOutcome.Answer, Records = [.. values.Select(value => Record(word.Answer.Type, value))], Ttl = TimeSpan.FromHours(1) },
    };

    public static DnsWord Failing(this DnsWord word, DnsOutcome outcome) =>
        word with { AliasTo = null, Answer = word.Answer with { Outcome = outcome, Records = [], Ttl = TimeSpan.Zero } };

    public static DnsWord Leading(this DnsWord word, string target) =>
        word with { AliasTo = Name(target), Answer = word.Answer with { Outcome = DnsOutcome.Answer, Records = [], Aliases = [Name(target)], Ttl = TimeSpan.FromHours(1) } };

    public static DnsWord Later(this DnsWord word, TimeSpan later) => word with { Answer = word.Answer with { At = word.Answer.At + later } };

    public static bool IsFrom(this DnsWord word, string server) => word.Answer.Server.Contains(server, StringComparison.Ordinal);

    /// <summary>What the zone's servers say about the name.</summary>
    public static NameSurvey AtServers(this NameSurvey survey, Func<DnsWord, DnsWord> change) => survey with { Steps = [.. survey.Steps.Select(step => step.AtServers(change))] };

    public static SurveyStep AtServers(this SurveyStep step, Func<DnsWord, DnsWord> change) =>
        step with { Servers = [.. step.Servers.Select(server => server with { Udp = change(server.Udp), Tcp = change(server.Tcp!) })] };

    /// <summary>What the zones' servers say about their zone.</summary>
    public static NameSurvey AtZones(this NameSurvey survey, Func<DnsWord, DnsWord> change) => survey with { Zones = [.. survey.Zones.Select(zone => zone.AtServers(change))] };

    public static ZoneSurvey AtServers(this ZoneSurvey zone, Func<DnsWord, DnsWord> change) =>
        zone with { Servers = [.. zone.Servers.Select(server => server with { Soa = change(server.Soa), SoaOverTcp = change(server.SoaOverTcp), NameServers = change(server.NameServers) })] };

    public static NameSurvey AtResolvers(this NameSurvey survey, Func<ResolverWord, ResolverWord> change) => survey with { Resolvers = [.. survey.Resolvers.Select(change)] };

    public static NameSurvey AtResolvers(this NameSurvey survey, Func<DnsWord, DnsWord> change) => survey.AtResolvers(word => word with { Udp = change(word.Udp), Tcp = change(word.Tcp!) });

    /// <summary>Everybody, everywhere.</summary>
    public static NameSurvey Everywhere(this NameSurvey survey, Func<DnsWord, DnsWord> change) => survey.AtServers(change).AtZones(change).AtResolvers(change);

    public static ZoneFacts Everywhere(this ZoneFacts zone, Func<DnsWord, DnsWord> change) =>
        zone with { Pointer = zone.Pointer.Everywhere(change), Ehlo = zone.Ehlo.Everywhere(change), EhloOtherFamily = zone.EhloOtherFamily?.Everywhere(change) };

    private static ResolverExam Exam(SurveyResolver resolver)
    {
        var signed = Word("in-addr.arpa", RecordType.Soa, resolver.ToString(), DnsTransport.Udp, "2026030100");
        return new ResolverExam(resolver, Word("nx-4711.com", RecordType.A, resolver.ToString(), DnsTransport.Udp).Failing(DnsOutcome.NameError), signed with { Answer = signed.Answer with { Authenticated = true } },
            new SignatureSpan(At.AddDays(-3), At.AddDays(11)));
    }

    private static DnsRecord Record(RecordType type, string value) => type switch
    {
        RecordType.Ptr => new PointerRecord(value, Name(value), TimeSpan.FromHours(1)),
        RecordType.NS => new NameServerRecord(Name(value), TimeSpan.FromHours(1)),
        RecordType.Soa => new StartOfAuthorityRecord(Name(First), uint.Parse(value, CultureInfo.InvariantCulture), TimeSpan.FromHours(1), TimeSpan.FromHours(1)),
        _ => new AddressRecord(IPAddress.Parse(value), TimeSpan.FromHours(1)),
    };
}
