using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Sources;
using Namesake.Network.Dns;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Dkim;

namespace Namesake.Network.Tests.RealServers;

/// <summary>SPF, DKIM and DMARC as BIND serves them: strings, aliases, wildcards, records over TCP, zones in order and zones with one fault each.</summary>
public sealed class AuthenticationZonesTests : IAsyncLifetime
{
    private const string Address = "127.0.0.1"; // it listens only where an interface has the address

    private static readonly DkimSigner Signer = NewSigner();

    private readonly string _folder = Directory.CreateTempSubdirectory("namesake-authentication-").FullName;
    private readonly int _port = RealProgram.FreePort(Address);
    private RealProgram? _bind;

    public async ValueTask InitializeAsync()
    {
        RealProgram.SkipUnlessUnpacked("named");
        var addresses = string.Join(' ', Enumerable.Range(1, 60).Select(i => $"ip4:198.51.100.{i}"));
        await ZoneAsync("acme.example", $"""
            @ TXT "v=spf1 include:_spf" ".provider.example -all"
            @ TXT "another-record"
            @ MX 10 mx
            mx A 203.0.113.9
            mail A 203.0.113.5
            mail TXT "v=spf1 a -all"
            s1._domainkey CNAME s1.keys.provider.example.
            _dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@acme.example"
            """);
        await ZoneAsync("provider.example", $"""
            _spf TXT {Strings($"v=spf1 {addresses} redirect=_more.provider.example")}
            _more TXT "v=spf1 ip4:203.0.113.0/28 ~all"
            s1.keys TXT {Signer.RecordStrings}
            """);
        await ZoneAsync("faults.example", """
            @ TXT "v=spf1 mx -all"
            @ TXT "v=spf1 a -all"
            @ MX 0 .
            mail A 203.0.113.5
            s1._domainkey TXT "v=DKIM1; k=rsa; p="
            _dmarc TXT "v=DMARC1; p=reject;; sp=none"
            """);
        await ZoneAsync("example", "acme NS ns.acme.example.");
        await ZoneAsync("wild.example", "* TXT \"v=spf1 -all\"\nmail A 203.0.113.5");
        await File.WriteAllTextAsync(Path.Combine(_folder, "named.conf"), $$"""
            options { directory "{{_folder}}"; pid-file none; session-keyfile none; listen-on port {{_port}} { {{Address}}; }; listen-on-v6 { none; }; recursion no; dnssec-validation no; notify no; };
            controls { };
            {{string.Join('\n', new[] { "example", "acme.example", "provider.example", "faults.example", "wild.example" }.Select(zone => $"zone \"{zone}\" {{ type primary; file \"{zone}\"; }};"))}}
            """);
        _bind = await RealProgram.StartAsync("all zones loaded", "named", "-g", "-c", Path.Combine(_folder, "named.conf"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_bind is not null)
            await _bind.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_domain_in_order_passes_all_that_DNS_shows()
    {
        var results = await JudgeAsync("acme.example", Signer.RecordText);
        foreach (var check in new[] { "AU-01", "AU-02", "AU-03", "AU-04", "AU-05" })
            Assert.True(results[check].Outcome == CheckOutcome.Pass, results[check].ToString());
        Assert.Contains("ip4:203.0.113.0/28", results["AU-01"].Seen, StringComparison.Ordinal);
        Assert.Contains("mx.acme.example", results["AU-06"].Seen, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(300), results["AU-01"].Ttl);
    }

    [Fact]
    public async Task Each_fault_is_told_by_its_check()
    {
        var results = await JudgeAsync("faults.example", Signer.RecordText);
        Assert.Equal(["AU-02", "AU-03", "AU-04", "AU-05", "AU-06"], results.Values.Where(result => result.IsBad).Select(result => result.Check).Order(StringComparer.Ordinal));
        Assert.Equal(CheckOutcome.NotApplicable, results["AU-01"].Outcome);
        Assert.Contains("2 SPF records", results["AU-03"].Seen, StringComparison.Ordinal);
        Assert.Contains("withdrawn", results["AU-04"].Seen, StringComparison.Ordinal);
        Assert.Contains("two semicolons", results["AU-05"].Seen, StringComparison.Ordinal);
        Assert.Contains("null MX", results["AU-06"].Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wildcard_answers_for_names_that_have_nothing()
    {
        var results = await JudgeAsync("wild.example", null);
        Assert.Contains("can't be read", results["AU-04"].Seen, StringComparison.Ordinal); // the wildcard's text is no key
        Assert.Contains("no DMARC record", results["AU-05"].Seen, StringComparison.Ordinal);
        Assert.Equal(CheckOutcome.Bad, results["AU-01"].Outcome);
    }

    [Fact]
    public async Task A_zone_nobody_serves_is_unknown()
    {
        var results = await JudgeAsync("elsewhere.test", null);
        Assert.DoesNotContain(results.Values, result => result.IsBad && result.Check != "AU-08");
        Assert.Equal(CheckOutcome.Unknown, results["AU-01"].Outcome);
    }

    [Fact]
    public async Task SPF_is_judged_as_the_outside_sees_it_behind_a_split_horizon()
    {
        RealProgram.SkipUnlessUnpacked("named", "unbound");
        // The inside's resolver has views of its own: the return path's domain, what it includes, and the EHLO name.
        await using var inside = await UnboundAsync("""
            local-zone: "acme.example" typetransparent
            local-data: 'acme.example. TXT "v=spf1 ip4:10.0.0.0/8 -all"'
            local-data: 'mail.acme.example. A 10.0.0.5'
            local-zone: "_spf.provider.example" typetransparent
            local-data: '_spf.provider.example. TXT "v=spf1 ip4:10.0.0.0/8 -all"'
            """);

        var results = await JudgeAsync("acme.example", Signer.RecordText, inside.EndPoint);

        Assert.True(results["AU-01"].Outcome == CheckOutcome.Pass, results["AU-01"].ToString());
        Assert.True(results["AU-02"].Outcome == CheckOutcome.Pass, results["AU-02"].ToString());
        Assert.Contains("as the zones' own servers say", results["AU-02"].Seen, StringComparison.Ordinal);
        // One include deeper it is others' zone, and the evidence says whose word it is.
        Assert.Contains("what _more.provider.example publishes by our resolver's word", results["AU-01"].Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_server_can_be_asked_the_resolvers_word_counts_and_is_named()
    {
        RealProgram.SkipUnlessUnpacked("named", "unbound");
        await using var inside = await UnboundAsync("");

        var results = await JudgeAsync("acme.example", Signer.RecordText, inside.EndPoint, nobody: true);

        Assert.True(results["AU-01"].Outcome == CheckOutcome.Pass, results["AU-01"].ToString());
        Assert.Contains("what acme.example, _spf.provider.example, _more.provider.example publish by our resolver's word", results["AU-01"].Seen, StringComparison.Ordinal);
    }

    private async Task<Inside> UnboundAsync(string views)
    {
        const string Own = "127.0.0.73";
        var port = RealProgram.FreePort(Own);
        var file = Path.Combine(_folder, $"unbound-{port}.conf");
        await File.WriteAllTextAsync(file, $"""
            server:
              interface: {Own}
              port: {port}
              chroot: ""
              username: ""
              directory: "{_folder}"
              pidfile: ""
              use-syslog: no
              do-not-query-localhost: no
              module-config: "iterator"
            {views}
            {string.Join('\n', new[] { "acme.example", "provider.example", "example" }.Select(zone => $"stub-zone:\n  name: \"{zone}\"\n  stub-addr: {Address}@{_port}"))}
            """);
        return new Inside(new IPEndPoint(IPAddress.Parse(Own), port), await RealProgram.StartAsync("start of service", "unbound", "-d", "-d", "-c", file));
    }

    private sealed record Inside(IPEndPoint EndPoint, RealProgram Program) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Program.DisposeAsync();
    }

    private async Task<ImmutableDictionary<string, CheckResult>> JudgeAsync(string domain, string? key, IPEndPoint? through = null, bool nobody = false)
    {
        using var resolver = new Resolver(
            new ResolverSettings { Resolvers = [through ?? new IPEndPoint(IPAddress.Parse(Address), _port)], AuthoritativePort = nobody ? RealProgram.FreePort(Address) : _port, TryTimeout = TimeSpan.FromSeconds(10), AuthoritativeTryTimeout = TimeSpan.FromSeconds(10) }, TimeProvider.System);
        var name = DomainName.Parse(domain);
        var address = IPAddress.Parse("203.0.113.5");
        var source = new Source { Id = new SourceId("check"), LocalAddress = address, PublicAddress = address, Ehlo = HostName.Parse($"mail.{domain}") };
        var basis = new IdentityFacts
        {
            Source = source, Pool = [source],
            Senders = [new SenderIdentity { From = name, ReturnPath = name, Keys = [new SenderKey(name, "s1", DomainName.Parse($"s1._domainkey.{domain}"), key)] }],
        };
        var look = await new AuthenticationProbe(resolver, TimeProvider.System).LookAsync(basis, TestContext.Current.CancellationToken);
        var facts = look(basis);
        return AuthenticationAudit.All.Select(check => check.Judge(facts)).ToImmutableDictionary(result => result.Check);
    }

    private Task ZoneAsync(string zone, string records) => File.WriteAllTextAsync(Path.Combine(_folder, zone), $"""
        $TTL 300
        $ORIGIN {zone}.
        @ SOA ns.acme.example. hostmaster.acme.example. 7 3600 600 86400 60
        @ NS ns.acme.example.
        {(zone == "acme.example" ? $"ns A {Address}" : "")}
        {records}

        """);

    private static string Strings(string text) => string.Join(' ', text.Chunk(255).Select(part => $"\"{new string(part)}\""));

    private static DkimSigner NewSigner()
    {
        using var rsa = RSA.Create(4096); // its record does not fit a datagram
        return DkimKey.TryRead(rsa.ExportPkcs8PrivateKeyPem(), out var key, out var error) && DkimSigner.TryCreate(DomainName.Parse("acme.example"), "s1", key, out var signer, out error)
            ? signer
            : throw new InvalidOperationException(error);
    }
}
