using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Sources;
using Namesake.Network.Dns;
using Namesake.Network.Dns.Survey;
using Namesake.Network.Tests.RealServers;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>All scenarios in one DNS, audited once beside each other as a user's audit is: with the same probes, over real servers.</summary>
public sealed class AuditedScenarios : IAsyncDisposable
{
    private const int AtOnce = 24;

    // One for all: what is tested is the record, not the key.
    private static readonly string DkimText = NewKey();

    private readonly ScenarioServers _servers = new();
    private readonly ConcurrentDictionary<string, AuditReport> _reports = new();
    private Task? _audited;

    internal static ImmutableArray<Scenario> All { get; } = [.. AlignedScenarios.All, .. ReverseScenarios.All, .. NameScenarios.All, .. ServerScenarios.All, .. SenderScenarios.All];

    internal async Task<AuditReport> ReportAsync(string name)
    {
        RealProgram.SkipUnlessUnpacked("named", "unbound", "dnssec-keygen", "dnssec-signzone");
        Assert.SkipUnless(Socket.OSSupportsIPv6, "the second BIND needs ::1");
        await (_audited ??= AuditAllAsync());
        return _reports[name];
    }

    public ValueTask DisposeAsync() => _servers.DisposeAsync();

    private async Task AuditAllAsync()
    {
        await _servers.StartAsync([.. Shared(), .. All.SelectMany((scenario, index) => ZonesOf(scenario, index + 1))],
            All.Select((scenario, index) => scenario.AtResolver is { } record ? Fill(record, scenario, index + 1) : null).OfType<string>());
        using var resolver = new Resolver(new ResolverSettings
        {
            Resolvers = [new(IPAddress.Parse(ScenarioServers.UnboundAddress), _servers.UnboundPort)], AuthoritativePort = _servers.Port,
            TryTimeout = TimeSpan.FromSeconds(3), AuthoritativeTryTimeout = TimeSpan.FromSeconds(1),
        }, TimeProvider.System);
        using var survey = new DnsSurvey(resolver, new SurveySettings
        {
            Vantage = "test", ControlZone = DomainName.Parse(ScenarioServers.SignedZone), AbsentUnder = DomainName.Parse("host.example"), TryTimeout = TimeSpan.FromSeconds(1),
        }, TimeProvider.System);
        ImmutableArray<IFactProbe> probes =
        [
            new AuditorProbe(survey, () => [new Vantage("test", VantagePlace.Outside)], TimeProvider.System),
            new ZoneProbe(survey, new ZoneProbeOptions { MoreLooks = 2 }, TimeProvider.System),
            new NameProbe(resolver),
            new AuthenticationProbe(resolver, TimeProvider.System),
        ];
        var auditor = new Auditor(resolver, probes, TimeProvider.System);
        // Those that wait for silent servers begin first, or the end would wait for them.
        var order = All.Select((scenario, index) => (scenario, Number: index + 1)).OrderByDescending(each => each.scenario.Unknown is not null);
        await Parallel.ForEachAsync(order, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken },
            async (each, cancellation) => _reports[each.scenario.Name] = await AuditAsync(auditor, each.scenario, each.Number, cancellation));
    }

    private static Task<AuditReport> AuditAsync(Auditor auditor, Scenario scenario, int number, CancellationToken cancellation) =>
        IdentityAudit.CheckAsync(scenario.AddressOf(number), Fill(scenario.Ehlo, scenario, number), scenario.Policy, auditor, facts => facts with
        {
            TreatAsPublic = [IPRange.Parse("198.18.0.0/15"), IPRange.Parse("2001:db8::/32"), .. scenario.AtResolver is null ? [] : new[] { IPRange.Parse("127.0.0.0/8"), IPRange.Parse("::1/128") }],
            Pool = [.. facts.Pool, .. scenario.Pool.Select((address, index) => facts.Source with
            {
                Id = new SourceId($"other{index + 1}"), LocalAddress = IPAddress.Parse(Fill(address, scenario, number)), PublicAddress = IPAddress.Parse(Fill(address, scenario, number)),
            })],
            Senders = SenderOf(scenario, number) is { } sender ? [sender] : [],
        }, TimeProvider.System, null, cancellation);

    private static SenderIdentity? SenderOf(Scenario scenario, int number)
    {
        if (scenario.From is not { } from)
            return null;
        var domain = DomainName.Parse(Fill(from, scenario, number));
        return new SenderIdentity
        {
            From = domain,
            ReturnPath = DomainName.Parse(Fill(scenario.ReturnPath ?? from, scenario, number)),
            Keys = scenario.Selector is { } selector ? [SenderKey.Named(domain, selector)!] : [],
        };
    }

    private static IEnumerable<ServedZone> Shared()
    {
        var numbered = All.Select((scenario, index) => (Scenario: scenario, Number: index + 1)).ToList();
        string Delegations(string zone) => string.Join('\n', numbered.SelectMany(each => ZonesOf(each.Scenario, each.Number).Where(own => own.Name.EndsWith("." + zone, StringComparison.Ordinal) && !own.IsBelowOwn)
            .SelectMany(own => own.DelegatedTo.Select(server => $"{own.Name}. NS {server}.host.example."))));
        string Records(string zone, Func<Scenario, string> of) => string.Join('\n', numbered.Where(each => each.Scenario.ReverseServers.IsDefault && ReverseName.Of(each.Scenario.AddressOf(each.Number)).Value.EndsWith("." + zone, StringComparison.Ordinal))
            .Select(each => Fill(of(each.Scenario), each.Scenario, each.Number)));
        yield return new ServedZone(".", string.Join('\n', new[] { "example", "in-addr.arpa", "ip6.arpa" }.Select(zone => $"{zone}. NS ns1.host.example.\n{zone}. NS ns2.host.example.")));
        yield return new ServedZone("in-addr.arpa", "18.198 NS ns1.host.example.\n19.198 NS ns2.host.example.\n10 NS ns1.host.example.");
        yield return new ServedZone("ip6.arpa", "8.b.d.0.1.0.0.2 NS ns1.host.example.");
        yield return new ServedZone("example", $"host NS ns1.host.example.\nhost NS ns2.host.example.\ncontrol NS ns1.host.example.\n{Delegations("example")}");
        foreach (var zone in new[] { "18.198.in-addr.arpa", "10.in-addr.arpa", "8.b.d.0.1.0.0.2.ip6.arpa" })
            yield return new ServedZone(zone, $"{Records(zone, scenario => scenario.Reverse)}\n{Delegations(zone)}")
            {
                RecordsAtSecond = $"{Records(zone, scenario => scenario.ReverseAtSecond ?? scenario.Reverse)}\n{Delegations(zone)}",
            };
        yield return new ServedZone("19.198.in-addr.arpa", Delegations("19.198.in-addr.arpa")) { Servers = ["ns2"] };
    }

    private static IEnumerable<ServedZone> ZonesOf(Scenario scenario, int number)
    {
        string? Filled(string? text) => text is null ? null : Fill(text, scenario, number);
        yield return new ServedZone(scenario.Domain(number), Filled(scenario.Zone)!)
        {
            RecordsAtSecond = Filled(scenario.ZoneAtSecond), Servers = scenario.Servers, Lag = scenario.Lag, NegativeTtl = scenario.NegativeTtl, Signing = scenario.Signing,
        };
        if (!scenario.ReverseServers.IsDefault)
            yield return new ServedZone(ReverseZone(scenario.AddressOf(number)), Filled(scenario.Reverse)!)
            {
                RecordsAtSecond = Filled(scenario.ReverseAtSecond), Servers = scenario.ReverseServers, Lag = scenario.ReverseLag,
                DelegatedTo = scenario.DelegatedTo.IsDefault ? scenario.ReverseServers : scenario.DelegatedTo,
            };
        foreach (var (name, records) in scenario.More)
            yield return new ServedZone(Filled(name)!, Filled(records)!) { IsBelowOwn = true };
    }

    private static string ReverseZone(IPAddress address)
    {
        var labels = ReverseName.Of(address).Value.Split('.');
        return string.Join('.', labels.Skip(address.AddressFamily == AddressFamily.InterNetwork ? 1 : 20));
    }

    private static string Fill(string text, Scenario scenario, int number)
    {
        var address = scenario.AddressOf(number);
        return text.Replace("$dkim", DkimText, StringComparison.Ordinal).Replace("$d", scenario.Domain(number), StringComparison.Ordinal).Replace("$ip", address.ToString(), StringComparison.Ordinal)
            .Replace("$a", address.AddressFamily == AddressFamily.InterNetwork ? "A" : "AAAA", StringComparison.Ordinal)
            .Replace("$rz", ReverseZone(address), StringComparison.Ordinal).Replace("$r", $"{ReverseName.Of(address)}.", StringComparison.Ordinal)
            .Replace("$n", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    private static string NewKey()
    {
        using var rsa = RSA.Create(2048);
        return string.Join(' ', $"v=DKIM1; k=rsa; p={Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo())}".Chunk(200).Select(part => $"\"{new string(part)}\""));
    }
}
