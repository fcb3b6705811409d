using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Providers;

/// <summary>samples/dns-providers/hetzner_cloud.py against its API as documented.</summary>
public sealed class HetznerExampleTests
{
    private const string Default = "static.5.113.0.203.clients.your-server.de";

    private static readonly DomainName Zone = DomainName.Parse("113.0.203.in-addr.arpa"), Name = DomainName.Parse("5.113.0.203.in-addr.arpa");

    private readonly Dictionary<string, string?> _names = new() { ["203.0.113.5"] = Default, ["2001:db8:1::25"] = "six.acme.example" };
    private readonly Queue<(int Status, string Body)> _before = new();
    private int _running;
    private string? _failure;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static RecordChange Change(string? old, string? made) => new()
    {
        By = "cloud",
        Reason = "it is a test",
        Zone = Zone,
        Name = Name,
        Type = RecordType.Ptr,
        Old = old is null ? null : RecordSet.Of(3600, old),
        New = made is null ? null : RecordSet.Of(3600, made),
    };

    private static string Error(string code, string message) => $$$"""{"error":{"code":"{{{code}}}","message":"{{{message}}}","details":null}}""";

    private (int, string) Answer(HttpRequest request, string body)
    {
        if (request.Headers.Authorization != "Bearer right")
            return (401, Error("unauthorized", "unable to authenticate"));
        if (request.Method == "POST" && _before.TryDequeue(out var instead))
            return instead;
        switch (request.Path.Value)
        {
            case "/v1/primary_ips":
                // Two pages: the address is on the second.
                return request.Query["page"] == "1"
                    ? (200, """{"primary_ips":[{"id":1,"ip":"198.51.100.1","dns_ptr":[]}],"meta":{"pagination":{"page":1,"next_page":2}}}""")
                    : (200, $$$"""{"primary_ips":[{"id":42,"ip":"203.0.113.5","dns_ptr":[{"ip":"203.0.113.5","dns_ptr":"{{{_names["203.0.113.5"]}}}"}]},{"id":43,"ip":"2001:db8:1::/64","dns_ptr":[{"ip":"2001:db8:1::25","dns_ptr":"{{{_names["2001:db8:1::25"]}}}"}]}],"meta":{"pagination":{"page":2,"next_page":null} } }""");
            case "/v1/floating_ips":
                return (200, """{"floating_ips":[],"meta":{"pagination":{"next_page":null}}}""");
            case "/v1/load_balancers":
                return (200, """{"load_balancers":[{"id":7,"public_net":{"ipv4":{"ip":"198.51.100.7","dns_ptr":"lb.acme.example"},"ipv6":{"ip":"2001:db8:7::1","dns_ptr":null}}}],"meta":{"pagination":{"next_page":null}}}""");
            case "/v1/primary_ips/42/actions/change_dns_ptr":
                var wanted = JsonNode.Parse(body)!;
                if (_failure is null)
                    _names[(string)wanted["ip"]!] = (string?)wanted["dns_ptr"] ?? Default;
                return (201, Action());
            case "/v1/actions/13":
                _running--;
                return (200, Action());
            default:
                return (404, Error("not_found", "there is no such thing"));
        }
    }

    private string Action() => _running > 0 ? """{"action":{"id":13,"status":"running","error":null}}"""
        : _failure is { } failure ? $$$$"""{"action":{"id":13,"status":"error","error":{"code":"action_failed","message":"{{{{failure}}}}"}}}"""
        : """{"action":{"id":13,"status":"success","error":null}}""";

    private static Namesake.Network.Dns.Providers.ProgramProvider Example(CloudApi api, string token = "right") => api.Example("hetzner_cloud.py", $"{token}\n", "--api", $"{api.Url}/v1", "--token-file");

    private static async Task<string> ReadAsync(Namesake.Network.Dns.Providers.ProgramProvider provider) => await provider.ReadAsync(Zone, Name, RecordType.Ptr, Token) is { Trouble: null } read ? read.Set?.Values[0] ?? "none" : "unknown";

    [Fact]
    public async Task A_name_is_set_changed_and_reset_and_the_default_counts_as_absent()
    {
        await using var api = await CloudApi.StartAsync(Answer);
        var provider = Example(api);
        Assert.Equal("none", await ReadAsync(provider));
        _running = 2;
        Assert.IsType<WriteResult.Done>(await provider.WriteAsync(Zone, [Change(null, "mail.acme.example.")], Token));
        Assert.Contains("""POST /v1/primary_ips/42/actions/change_dns_ptr {"ip": "203.0.113.5", "dns_ptr": "mail.acme.example"}""", api.Asked);
        Assert.Equal(2, api.Asked.Count(asked => asked == "GET /v1/actions/13"));
        Assert.Equal("mail.acme.example.", await ReadAsync(provider));
        Assert.IsType<WriteResult.Done>(await provider.WriteAsync(Zone, [Change("mail.acme.example.", null)], Token));
        Assert.Equal("none", await ReadAsync(provider));
        Assert.Equal(Default, _names["203.0.113.5"]);
        Assert.True(Assert.IsType<WriteResult.Done>(await provider.WriteAsync(Zone, [Change("mail.acme.example.", null)], Token)).WasSo);
    }

    [Fact]
    public async Task The_same_name_by_somebody_else_is_not_taken_for_ours()
    {
        await using var api = await CloudApi.StartAsync(Answer);
        _names["203.0.113.5"] = "Mail.Acme.Example";
        Assert.True(Assert.IsType<WriteResult.Done>(await Example(api).WriteAsync(Zone, [Change(null, "mail.acme.example.")], Token)).WasSo);
        Assert.DoesNotContain(api.Asked, asked => asked.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_otherwise_than_planned_is_a_conflict()
    {
        await using var api = await CloudApi.StartAsync(Answer);
        _names["203.0.113.5"] = "theirs.example";
        Assert.Contains("theirs.example", Assert.IsType<WriteResult.Conflict>(await Example(api).WriteAsync(Zone, [Change(null, "mail.acme.example.")], Token)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(api.Asked, asked => asked.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_address_of_a_prefix_has_its_own_name()
    {
        await using var api = await CloudApi.StartAsync(Answer);
        var zone = DomainName.Parse("8.b.d.0.1.0.0.2.ip6.arpa");
        var (named, nameless) = (await Example(api).ReadAsync(zone, ReverseName.Of(System.Net.IPAddress.Parse("2001:db8:1::25")), RecordType.Ptr, Token), await Example(api).ReadAsync(zone, ReverseName.Of(System.Net.IPAddress.Parse("2001:db8:1::26")), RecordType.Ptr, Token));
        Assert.Equal("six.acme.example.", named.Set?.Values[0]);
        Assert.Equal((null, null), (nameless.Set, nameless.Trouble));
        var balancer = await Example(api).ReadAsync(zone, ReverseName.Of(System.Net.IPAddress.Parse("198.51.100.7")), RecordType.Ptr, Token);
        Assert.Equal("lb.acme.example.", balancer.Set?.Values[0]);
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_words_of_the_api()
    {
        await using var api = await CloudApi.StartAsync(Answer);
        _before.Enqueue((422, Error("invalid_input", "dns_ptr is no host name")));
        Assert.Equal("dns_ptr is no host name (invalid_input)", Assert.IsType<WriteResult.Refused>(await Example(api).WriteAsync(Zone, [Change(null, "mail.acme.example.")], Token)).Text);
        _failure = "the name server is away";
        Assert.Equal("the name server is away", Assert.IsType<WriteResult.Refused>(await Example(api).WriteAsync(Zone, [Change(null, "mail.acme.example.")], Token)).Text);
        Assert.Equal("none", await ReadAsync(Example(api)));
    }

    [Fact]
    public async Task A_wrong_token_is_no_authority_and_an_address_of_somebody_else_neither()
    {
        await using var api = await CloudApi.StartAsync(Answer);
        Assert.Equal(WriteAccess.Untried, (await Example(api).ProveAsync(Zone, Name, RecordType.Ptr, Token)).Access);
        var wrong = await Example(api, "wrong").ProveAsync(Zone, Name, RecordType.Ptr, Token);
        Assert.Equal((WriteAccess.None, "unable to authenticate (unauthorized)"), (wrong.Access, wrong.Detail));
        Assert.Equal(WriteAccess.None, (await Example(api).ProveAsync(Zone, DomainName.Parse("6.113.0.203.in-addr.arpa"), RecordType.Ptr, Token)).Access);
        Assert.IsType<WriteResult.Refused>(await Example(api).WriteAsync(Zone, [Change(null, "mail.acme.example.") with { Name = DomainName.Parse("5.0/28.113.0.203.in-addr.arpa") }], Token));
    }

    [Fact]
    public async Task A_rate_limit_is_waited_for()
    {
        await using var api = await CloudApi.StartAsync(Answer);
        _before.Enqueue((429, Error("rate_limit_exceeded", "limit of 3600 requests per hour reached")));
        Assert.IsType<WriteResult.Done>(await Example(api).WriteAsync(Zone, [Change(null, "mail.acme.example.")], Token));
        Assert.Equal("mail.acme.example", _names["203.0.113.5"]);
    }

    [Fact]
    public async Task An_error_of_the_server_behind_a_write_leaves_it_uncertain()
    {
        await using var api = await CloudApi.StartAsync(Answer);
        _before.Enqueue((502, "<html>bad gateway</html>"));
        Assert.IsType<WriteResult.Uncertain>(await Example(api).WriteAsync(Zone, [Change(null, "mail.acme.example.")], Token));
    }

    [Fact]
    public async Task Where_nobody_answers_nothing_was_written()
    {
        await using var api = await CloudApi.StartAsync(Answer);
        var away = api.Example("hetzner_cloud.py", "right\n", "--api", "http://127.0.0.93:1/v1", "--token-file");
        Assert.IsType<WriteResult.Unreachable>(await away.WriteAsync(Zone, [Change(null, "mail.acme.example.")], Token));
        Assert.Equal("unknown", await ReadAsync(away));
        Assert.Equal(WriteAccess.Unreachable, (await away.ProveAsync(Zone, Name, RecordType.Ptr, Token)).Access);
    }
}
