using Namesake.Network.Dns.Providers;

namespace Namesake.Tests.Configuration;

public sealed class DnsProviderTests
{
    private static string With(string provider) => $"{ConfigurationText.Small}\ndnsProviders:\n  - {provider}\n";

    private static T Only<T>(string provider) where T : DnsProviderSettings => Assert.IsType<T>(Assert.Single(ConfigurationText.Good(With(provider)).DnsProviders));

    private static List<string> Errors(string provider) => [.. ConfigurationText.Read(With(provider)).Problems.Where(problem => problem.IsError).Select(problem => problem.ToString())];

    [Fact]
    public void Each_kind_is_read_with_its_own_keys()
    {
        var update = Only<UpdateSettings>("{ id: a, kind: rfc2136, server: 192.0.2.1, zones: [acme.example], key: { name: k, algorithm: hmac-sha512, secret: c2VjcmV0 } }");
        Assert.Equal(("192.0.2.1:53", UpdateAlgorithm.HmacSha512, TimeSpan.FromSeconds(5)), (update.Server.ToString(), update.Key.Algorithm, update.Timeout));
        var api = Only<PowerDnsSettings>("{ id: a, kind: powerdns, url: \"http://127.0.0.1:8081/\", zones: [acme.example], apiKey: k, timeout: 7s }");
        Assert.Equal(("http://127.0.0.1:8081/", "k", "localhost", TimeSpan.FromSeconds(7)), (api.Url.ToString(), api.ApiKey, api.Server, api.Timeout));
        var program = Only<ProgramSettings>("{ id: a, kind: exec, command: [/bin/p, -x], zones: [acme.example], atomic: true, mostPerWrite: 20, forwardMustResolve: true, defaultPointer: \"*.host.example\" }");
        Assert.Equal(("/bin/p -x", true, 20, true, "*.host.example", TimeSpan.FromSeconds(30)), (string.Join(' ', program.Command), program.IsAtomic, program.MostPerWrite, program.ForwardMustResolve, program.DefaultPointer, program.Timeout));
        Assert.Equal(TextForm.PowerShell, Only<TextSettings>("{ id: a, kind: powershell, server: 192.0.2.1, zones: [acme.example] }").Form);
        Assert.Equal(TextForm.ZoneFile, Only<TextSettings>("{ id: a, kind: zonefile, server: 192.0.2.1, zones: [acme.example] }").Form);
    }

    [Fact]
    public void Any_kind_may_say_which_name_servers_its_zones_have()
    {
        Assert.Equal(["ns1.acme.example", "ns2.acme.example"], Only<PowerDnsSettings>("{ id: a, kind: powerdns, url: \"http://127.0.0.1\", zones: [acme.example], apiKey: k, nameServers: [ns1.acme.example, ns2.acme.example] }").NameServers.Select(server => server.Value));
        Assert.Equal(["ns1.acme.example"], Only<ProgramSettings>("{ id: a, kind: exec, command: [/bin/p], zones: [acme.example], nameServers: [ns1.acme.example] }").NameServers.Select(server => server.Value));
        Assert.Empty(Only<ProgramSettings>("{ id: a, kind: exec, command: [/bin/p], zones: [acme.example] }").NameServers);
    }

    [Theory]
    [InlineData("{ id: a, kind: rfc2136, zones: [acme.example] }", "server: is missing; kind rfc2136", "key: is missing; kind rfc2136")]
    [InlineData("{ id: a, kind: powerdns, zones: [acme.example] }", "url: is missing; kind powerdns", "kind powerdns needs apiKeyFile, or apiKey")]
    [InlineData("{ id: a, kind: exec, zones: [acme.example] }", "command: is missing; kind exec")]
    [InlineData("{ id: a, kind: powershell, zones: [acme.example] }", "server: is missing; kind powershell")]
    [InlineData("{ id: a, kind: zonefile, zones: [acme.example] }", "server: is missing; kind zonefile")]
    [InlineData("{ id: a, kind: nsupdate, zones: [acme.example] }", "is none of rfc2136, powerdns, exec, powershell, zonefile")]
    [InlineData("{ id: a, kind: exec, zones: [acme.example], command: [/bin/p], url: \"http://a\", server: 192.0.2.1 }", "server: means nothing to kind exec", "url: means nothing to kind exec")]
    [InlineData("{ id: a, kind: exec, zones: [acme.example], command: [/bin/p], timeout: 55s }", "timeout: ")]
    [InlineData("{ id: a, kind: powerdns, zones: [acme.example], apiKey: k, url: \"http://127.0.0.1:8081/api/v1\" }", "has a path: write scheme, host and port only")]
    [InlineData("{ id: a, kind: powerdns, zones: [acme.example], apiKey: k, url: \"http://me:you@127.0.0.1\" }", "has a user name or password in it")]
    [InlineData("{ id: a, kind: powerdns, zones: [acme.example], apiKey: \"k\\u00e4\", url: \"http://127.0.0.1\" }", "has characters that no HTTP header takes")]
    [InlineData("{ id: a, kind: rfc2136, server: 192.0.2.1, zones: [acme.example], key: { name: k, secret: \"?\" } }", "is no base64")]
    public void What_is_wrong_is_told_all_at_once_and_with_its_line(string provider, params string[] expected)
    {
        var errors = Errors(provider);
        Assert.Equal(expected.Length, errors.Count);
        Assert.All(errors, error => Assert.StartsWith("namesake.yaml:10:", error, StringComparison.Ordinal));
        foreach (var text in expected)
            Assert.Contains(errors, error => error.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_that_crosses_the_network_in_clear_is_warned_of()
    {
        var problems = ConfigurationText.Read(With("{ id: a, kind: powerdns, url: \"http://192.0.2.1:8081\", zones: [acme.example], apiKey: k }")).Problems;
        Assert.Contains(problems, problem => !problem.IsError && problem.Text.Contains("the key crosses the network in clear", StringComparison.Ordinal));
    }

    [Fact]
    public void Secrets_are_never_printed()
    {
        Assert.DoesNotContain("hidden-key", Only<PowerDnsSettings>("{ id: a, kind: powerdns, url: \"http://127.0.0.1\", zones: [acme.example], apiKey: hidden-key }").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", Only<UpdateSettings>("{ id: a, kind: rfc2136, server: 192.0.2.1, zones: [acme.example], key: { name: k, secret: c2VjcmV0 } }").ToString(), StringComparison.Ordinal);
    }
}
