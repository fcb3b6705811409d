using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Sources;
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
    private readonly ScenarioRegistry _registry = new();
    private readonly ScenarioMailHosts _mailHosts = new();
    private readonly ConcurrentDictionary<string, AuditReport> _reports = new();
    private Task? _audited;

    internal static ImmutableArray<Scenario> All { get; } =
    [
        .. AlignedScenarios.All, .. ReverseScenarios.All, .. NameScenarios.All, .. ServerScenarios.All, .. SenderScenarios.All, .. PowerDnsScenarios.All, .. ResolverScenarios.All, .. ListScenarios.All,
    ];

    private static IEnumerable<(Scenario Scenario, int Number)> Numbered { get; } = [.. All.Select((scenario, index) => (scenario, index + 1))];

    internal async Task<AuditReport> ReportAsync(string name)
    {
        RealProgram.SkipUnlessUnpacked("named", "unbound", "pdns_server", "postfix", "dnssec-keygen", "dnssec-signzone");
        Assert.SkipUnless(Socket.OSSupportsIPv6, "the second BIND needs ::1");
        await (_audited ??= AuditAllAsync());
        return _reports[name];
    }

    public async ValueTask DisposeAsync()
    {
        await _servers.DisposeAsync();
        await _registry.DisposeAsync();
        await _mailHosts.DisposeAsync();
    }

    private async Task AuditAllAsync()
    {
        static IEnumerable<string> Said(Func<Scenario, string?> of) => Numbered.Select(each => of(each.Scenario) is { } record ? Fill(record, each.Scenario, each.Number) : null).OfType<string>();
        await Task.WhenAll(
            _servers.StartAsync([.. Shared(), .. Numbered.SelectMany(each => ZonesOf(each.Scenario, each.Number))], Said(scenario => scenario.AtResolver), Said(scenario => scenario.AtSouth)),
            _registry.StartAsync(Numbered.Where(each => each.Scenario.Abuse is not null).Select(each => (each.Scenario.AddressOf(each.Number), each.Scenario.Abuse!))),
            _mailHosts.StartAsync(Numbered.Where(each => each.Scenario.AsksMailboxes).SelectMany(each => new[] { each.Scenario.Domain(each.Number), $"bounce.{each.Scenario.Domain(each.Number)}" })));
        using var look = new ScenarioLook(_servers, _registry);
        // Those that wait for silent servers begin first, or the end would wait for them.
        var order = Numbered.OrderByDescending(each => each.Scenario.Unknown is not null);
        await Parallel.ForEachAsync(order, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken }, async (each, cancellation) =>
        {
            using var auditing = look.For(each.Scenario, text => Fill(text, each.Scenario, each.Number));
            _reports[each.Scenario.Name] = await AuditAsync(auditing.Auditor, each.Scenario, each.Number, cancellation);
        });
    }

    private static Task<AuditReport> AuditAsync(Auditor auditor, Scenario scenario, int number, CancellationToken cancellation) =>
        IdentityAudit.CheckAsync(scenario.AddressOf(number), Fill(scenario.Ehlo, scenario, number), scenario.Policy, auditor, facts => About(facts, scenario, number), TimeProvider.System, null, cancellation);

    private static IdentityFacts About(IdentityFacts facts, Scenario scenario, int number)
    {
        var source = scenario.AsksMailboxes ? facts.Source with { LocalAddress = IPAddress.Loopback } : facts.Source;
        return facts with
        {
            Source = source,
            TreatAsPublic =
            [
                IPRange.Parse("198.18.0.0/15"), IPRange.Parse("240.18.0.0/15"), IPRange.Parse("2001:db8::/32"),
                .. scenario.AtResolver is null && !scenario.AsksMailboxes ? [] : new[] { IPRange.Parse("127.0.0.0/8"), IPRange.Parse("::1/128") },
            ],
            Pool = [source, .. scenario.Pool.Select((address, index) => source with
            {
                Id = new SourceId($"other{index + 1}"), LocalAddress = IPAddress.Parse(Fill(address, scenario, number)), PublicAddress = IPAddress.Parse(Fill(address, scenario, number)),
            })],
            SameNetwork = scenario.Neighbour is { } neighbour ? [new Neighbour(new SourceId("neighbour"), neighbour, OtherBrand: true)] : [],
            Senders = SenderOf(scenario, number) is { } sender ? [sender] : [],
            History = scenario.Left.IsDefault ? null : HistoryOf(scenario.Left.Select(address => IPAddress.Parse(Fill(address, scenario, number)))),
        };
    }

    private static HistoryFacts HistoryOf(IEnumerable<IPAddress> left)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new HistoryFacts(now, null, [], [], [.. left.Select(address => new FormerAddress(address, now - TimeSpan.FromDays(1)))], null, []);
    }

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
        string Delegations(string zone) => string.Join('\n', Numbered.SelectMany(each => ZonesOf(each.Scenario, each.Number).Where(own => own.Name.EndsWith("." + zone, StringComparison.Ordinal) && !own.IsBelowOwn)
            .SelectMany(own => own.DelegatedTo.Select(server => $"{own.Name}. NS {server}.host.example."))));
        string Records(string zone, Func<Scenario, string> of) => string.Join('\n', Numbered.Where(each => each.Scenario.ReverseServers.IsDefault && ReverseName.Of(each.Scenario.AddressOf(each.Number)).Value.EndsWith("." + zone, StringComparison.Ordinal))
            .Select(each => Fill(of(each.Scenario), each.Scenario, each.Number)));
        // The addresses of the servers, for who walks down from the root.
        const string Glue = "ns1.host.example. A 127.0.0.1\nns2.host.example. AAAA ::1\n";
        yield return new ServedZone(".", Glue + string.Join('\n', new[] { "example", "in-addr.arpa", "ip6.arpa" }.Select(zone => $"{zone}. NS ns1.host.example.\n{zone}. NS ns2.host.example.")));
        yield return new ServedZone("in-addr.arpa", "18.198 NS ns1.host.example.\n19.198 NS ns2.host.example.\n10 NS ns1.host.example.\n18.240 NS ns1.host.example.\n19.240 NS ns2.host.example.");
        yield return new ServedZone("ip6.arpa", "8.b.d.0.1.0.0.2 NS ns1.host.example.");
        yield return new ServedZone("example", Glue + $"host NS ns1.host.example.\nhost NS ns2.host.example.\ncontrol NS ns1.host.example.\n{Delegations("example")}");
        foreach (var zone in new[] { "18.198.in-addr.arpa", "18.240.in-addr.arpa", "10.in-addr.arpa", "8.b.d.0.1.0.0.2.ip6.arpa" })
            yield return new ServedZone(zone, $"{Records(zone, scenario => scenario.Reverse)}\n{Delegations(zone)}")
            {
                RecordsAtSecond = $"{Records(zone, scenario => scenario.ReverseAtSecond ?? scenario.Reverse)}\n{Delegations(zone)}",
            };
        foreach (var zone in new[] { "19.198.in-addr.arpa", "19.240.in-addr.arpa" })
            yield return new ServedZone(zone, Delegations(zone)) { Servers = ["ns2"] };
    }

    private static IEnumerable<ServedZone> ZonesOf(Scenario scenario, int number)
    {
        string? Filled(string? text) => text is null ? null : Fill(text, scenario, number);
        yield return new ServedZone(scenario.Domain(number), Filled(scenario.Zone)!)
        {
            RecordsAtSecond = Filled(scenario.ZoneAtSecond), Servers = scenario.Servers, Lag = scenario.Lag, NegativeTtl = scenario.NegativeTtl, SoaTtl = scenario.SoaTtl, Signing = scenario.Signing,
        };
        if (!scenario.ReverseServers.IsDefault)
            yield return new ServedZone(ReverseZone(scenario.AddressOf(number)), Filled(scenario.Reverse)!)
            {
                RecordsAtSecond = Filled(scenario.ReverseAtSecond), Servers = scenario.ReverseServers, Lag = scenario.ReverseLag,
                DelegatedTo = scenario.DelegatedTo.IsDefault ? scenario.ReverseServers : scenario.DelegatedTo,
            };
        foreach (var (name, records) in scenario.More)
            yield return new ServedZone(Filled(name)!, Filled(records)!) { IsBelowOwn = true, Servers = scenario.MoreServers };
    }

    private static string ReverseZone(IPAddress address)
    {
        var labels = ReverseName.Of(address).Value.Split('.');
        return string.Join('.', labels.Skip(address.AddressFamily == AddressFamily.InterNetwork ? 1 : 20));
    }

    private static string Fill(string text, Scenario scenario, int number)
    {
        var address = scenario.AddressOf(number);
        var reversed = ReverseName.Of(address);
        return text.Replace("$dkim", DkimText, StringComparison.Ordinal).Replace("$d", scenario.Domain(number), StringComparison.Ordinal).Replace("$ip", address.ToString(), StringComparison.Ordinal)
            .Replace("$a", address.AddressFamily == AddressFamily.InterNetwork ? "A" : "AAAA", StringComparison.Ordinal)
            .Replace("$rz", ReverseZone(address), StringComparison.Ordinal).Replace("$r", $"{reversed}.", StringComparison.Ordinal)
            .Replace("$l", string.Join('.', reversed.Labels.SkipLast(2)), StringComparison.Ordinal).Replace("$net", address.ToString()[..Math.Max(0, address.ToString().LastIndexOf('.'))], StringComparison.Ordinal)
            .Replace("$n", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    private static string NewKey()
    {
        using var rsa = RSA.Create(2048);
        return string.Join(' ', $"v=DKIM1; k=rsa; p={Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo())}".Chunk(200).Select(part => $"\"{new string(part)}\""));
    }
}
