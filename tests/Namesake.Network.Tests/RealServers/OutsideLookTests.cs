using System.Net;
using System.Security.Cryptography;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Network.Dns;
using Namesake.Network.Dns.Providers;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.RealServers;

/// <summary>What is told of a plan's names where a BIND that takes updates has them, and a validating Unbound stands between, with its memory.</summary>
public sealed class OutsideLookTests : IAsyncDisposable
{
    private const string BindAddress = "127.0.0.1", UnboundAddress = "127.0.0.73";

    private readonly string _folder = Directory.CreateTempSubdirectory("namesake-outside-").FullName;
    private readonly IPEndPoint _bindAt = new(IPAddress.Parse(BindAddress), RealProgram.FreePort(BindAddress));
    private readonly IPEndPoint _unboundAt = new(IPAddress.Parse(UnboundAddress), RealProgram.FreePort(UnboundAddress));
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private RealProgram? _bind;
    private RealProgram? _unbound;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_servers_show_and_a_resolver_does_not_is_told_by_what_it_does()
    {
        await StartAsync();
        using var resolver = new Resolver(new ResolverSettings { Resolvers = [_unboundAt], AuthoritativePort = _bindAt.Port, TryTimeout = TimeSpan.FromSeconds(10), AuthoritativeTryTimeout = TimeSpan.FromSeconds(10) }, TimeProvider.System);
        var outside = new OutsideLook(resolver, new NobodyToAsk(), [], []);
        using var provider = new UpdateProvider(new UpdateSettings { Id = "bind", Server = _bindAt, Zones = [Of("acme.example"), Of("113.0.203.in-addr.arpa")], Key = new UpdateKey(Of("namesake"), UpdateAlgorithm.HmacSha256, [.. _secret]), Timeout = TimeSpan.FromSeconds(20) }, TimeProvider.System);

        // 1. Nobody has it, and the resolver keeps that in mind.
        var (verdict, words) = await LookAsync(outside, "mail.acme.example");
        Assert.Equal(SeenVerdict.Disagrees, verdict);
        Assert.Equal(DnsOutcome.NameError, (await resolver.AskFreshAsync(Of("mail.acme.example"), RecordType.A, Stop)).Outcome);

        // 2. It is written: every server has it, the resolver remembers the absence for the zone's 60 seconds.
        foreach (var (zone, name, type, value) in new[] { ("acme.example", "mail.acme.example", RecordType.A, "203.0.113.5"), ("113.0.203.in-addr.arpa", "5.113.0.203.in-addr.arpa", RecordType.Ptr, "mail.acme.example.") })
            Assert.IsType<WriteResult.Done>(await provider.WriteAsync(Of(zone), [new RecordChange { By = "bind", Reason = "a test", Zone = Of(zone), Name = Of(name), Type = type, New = RecordSet.Of(300, value) }], Stop));
        (verdict, words) = await LookAsync(outside, "mail.acme.example");
        Assert.Equal(SeenVerdict.Agrees, verdict);
        Assert.Contains(words, word => word.StartsWith($"A mail.acme.example: resolver {_unboundAt} says that there is none, old until ", StringComparison.Ordinal));
        (verdict, words) = await LookAsync(outside, "settled.acme.example", "203.0.113.77");
        Assert.Equal(SeenVerdict.Agrees, verdict);
        Assert.Equal(2, words.Count(word => word.EndsWith($"at 1 of 1 servers, and by resolver {_unboundAt}", StringComparison.Ordinal)));

        // 3. A signature that doesn't cover the record: the servers answer, no validating resolver does.
        (verdict, words) = await LookAsync(outside, "mail.bogus.example", "203.0.113.66");
        Assert.Equal(SeenVerdict.NotSeen, verdict);
        Assert.Contains(words, word => word.StartsWith($"A mail.bogus.example: resolver {_unboundAt} fails (SERVFAIL)", StringComparison.Ordinal));

        // 4. A resolver that is away proves nothing.
        using var twice = new Resolver(new ResolverSettings { Resolvers = [_unboundAt, new IPEndPoint(IPAddress.Parse("127.0.0.93"), 1)], AuthoritativePort = _bindAt.Port, TryTimeout = TimeSpan.FromSeconds(10), AuthoritativeTryTimeout = TimeSpan.FromSeconds(10) }, TimeProvider.System);
        (verdict, words) = await LookAsync(new OutsideLook(twice, new NobodyToAsk(), [], []), "mail.acme.example");
        Assert.Equal(SeenVerdict.Agrees, verdict);
        Assert.Contains(words, word => word.StartsWith("A mail.acme.example: resolver 127.0.0.93:1 ", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        if (_unbound is not null)
            await _unbound.DisposeAsync();
        if (_bind is not null)
            await _bind.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static DomainName Of(string name) => DomainName.Parse(name);

    private static async Task<(SeenVerdict Verdict, IEnumerable<string> Words)> LookAsync(OutsideLook outside, string name, string address = "203.0.113.5")
    {
        var seen = Assert.Single(await outside.LookAsync([new WantedIdentity(null, IPAddress.Parse("10.0.0.5"), IPAddress.Parse(address), HostName.Parse(name))], Stop));
        return (seen.Names, seen.Words);
    }

    private async Task StartAsync()
    {
        RealProgram.SkipUnlessUnpacked("named", "unbound", "dnssec-keygen", "dnssec-signzone");
        await ZoneAsync("acme.example", $"ns A {BindAddress}\nsettled A 203.0.113.77");
        await ZoneAsync("113.0.203.in-addr.arpa", "66 PTR mail.bogus.example.\n77 PTR settled.acme.example.");
        await ZoneAsync("bogus.example", "mail A 203.0.113.99");
        await RealProgram.RunAsync("dnssec-keygen", "-K", _folder, "-a", "ECDSAP256SHA256", "-f", "KSK", "bogus.example");
        await RealProgram.RunAsync("dnssec-keygen", "-K", _folder, "-a", "ECDSAP256SHA256", "bogus.example");
        await RealProgram.RunAsync("dnssec-signzone", "-S", "-K", _folder, "-d", _folder, "-o", "bogus.example", "-f", Path.Combine(_folder, "signed"), Path.Combine(_folder, "bogus.example"));
        File.Copy(Path.Combine(_folder, "dsset-bogus.example."), Path.Combine(_folder, "anchors"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "signed"), (await File.ReadAllTextAsync(Path.Combine(_folder, "signed"), Stop)).Replace("203.0.113.99", "203.0.113.66", StringComparison.Ordinal), Stop);
        await File.WriteAllTextAsync(Path.Combine(_folder, "named.conf"), $$"""
            key "namesake" { algorithm hmac-sha256; secret "{{Convert.ToBase64String(_secret)}}"; };
            options { directory "{{_folder}}"; pid-file none; session-keyfile none; listen-on port {{_bindAt.Port}} { {{BindAddress}}; }; listen-on-v6 { none; }; recursion no; dnssec-validation no; notify no; };
            controls { };
            zone "acme.example" { type primary; file "acme.example"; allow-update { key "namesake"; }; };
            zone "113.0.203.in-addr.arpa" { type primary; file "113.0.203.in-addr.arpa"; allow-update { key "namesake"; }; };
            zone "bogus.example" { type primary; file "signed"; };
            """, Stop);
        _bind = await RealProgram.StartAsync("all zones loaded", "named", "-g", "-c", Path.Combine(_folder, "named.conf"));
        _unbound = await RealUnbound.StartAsync(_folder, _unboundAt, new[] { "acme.example", "bogus.example", "113.0.203.in-addr.arpa" }.Select(zone => (zone, _bindAt)),
            "domain-insecure: \"acme.example\"", "domain-insecure: \"in-addr.arpa\"", "local-zone: \"113.0.203.in-addr.arpa\" nodefault");
    }

    private Task ZoneAsync(string zone, string records) =>
        File.WriteAllTextAsync(Path.Combine(_folder, zone), $"$TTL 300\n$ORIGIN {zone}.\n@ SOA ns.acme.example. hostmaster.acme.example. 7 3600 600 86400 60\n@ NS ns.acme.example.\n{records}\n", Stop);

    /// <summary>No witness is configured, so it is never asked.</summary>
    private sealed class NobodyToAsk : IEchoProbe
    {
        public Task<EchoProbeResult> AskAsync(Source source, NextHop hop, CancellationToken cancellation) => throw new InvalidOperationException("there is no witness");
    }
}
