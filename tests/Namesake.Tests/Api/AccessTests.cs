using System.Net;

namespace Namesake.Tests.Api;

/// <summary>Who is let in.</summary>
public sealed class AccessTests(RunningDemo demo) : IClassFixture<RunningDemo>
{
    [Theory]
    [InlineData("/api/v1/status")]
    [InlineData("/api/v1/sources")]
    [InlineData("/api/v1/sources/acme-v4")]
    [InlineData("/api/v1/lanes")]
    [InlineData("/api/v1/sites")]
    [InlineData("/api/v1/brands")]
    [InlineData("/api/v1/queue")]
    [InlineData("/api/v1/messages")]
    [InlineData("/api/v1/messages/1f")]
    [InlineData("/api/v1/explain?from=ann@acme.example&to=bob@strict.example")]
    [InlineData("/api/v1/spool")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/favicon.ico")]
    public async Task Without_the_token_nothing_is_told_not_even_what_exists(string path)
    {
        var answer = await demo.SendAsync(new HttpRequestMessage(HttpMethod.Get, path), token: null);

        answer.Problem(HttpStatusCode.Unauthorized, "unauthorized");
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Theory]
    [InlineData("POST", "/api/v1/sources/acme-v4/probe")]
    [InlineData("POST", "/api/v1/sources/acme-v4/override")]
    [InlineData("DELETE", "/api/v1/sources/acme-v4/override")]
    [InlineData("POST", "/api/v1/sources/acme-v4/attest")]
    [InlineData("POST", "/api/v1/lanes/acme-v4/google.com/proxy-echo")]
    [InlineData("POST", "/api/v1/lanes/acme-v4/google.com/suspend")]
    [InlineData("POST", "/api/v1/lanes/acme-v4/google.com/resume")]
    [InlineData("POST", "/api/v1/sites/google.com/suspend")]
    [InlineData("POST", "/api/v1/sites/google.com/resume")]
    public async Task Without_the_token_nothing_is_changed(string method, string path) =>
        (await demo.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), token: null)).Problem(HttpStatusCode.Unauthorized, "unauthorized");

    [Fact]
    public async Task A_wrong_token_is_no_token()
    {
        var almost = demo.Token[..^1] + (demo.Token[^1] == 'A' ? 'B' : 'A');

        foreach (var token in new[] { almost, demo.Token[..^1], demo.Token + "A", "", demo.Token.ToUpperInvariant() })
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/status");
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
            (await demo.SendAsync(request, token: null)).Problem(HttpStatusCode.Unauthorized, "unauthorized");
        }
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Token")]
    public async Task Another_scheme_is_no_bearer(string scheme)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/status");
        request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {demo.Token}");

        (await demo.SendAsync(request, token: null)).Problem(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task The_token_in_the_address_opens_nothing() =>
        (await demo.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"/api/v1/status?access_token={demo.Token}"), token: null)).Problem(HttpStatusCode.Unauthorized, "unauthorized");

    [Theory]
    [InlineData("/")]
    [InlineData("/metrics")]
    public async Task Page_and_metrics_are_open_on_this_machine(string path) =>
        Assert.Equal(HttpStatusCode.OK, (await demo.SendAsync(new HttpRequestMessage(HttpMethod.Get, path), token: null)).Status);

    [Theory]
    [InlineData("/", "X-Forwarded-For")]
    [InlineData("/", "Forwarded")]
    [InlineData("/metrics", "X-Real-IP")]
    [InlineData("/metrics", "Via")]
    public async Task Who_comes_through_a_proxy_on_this_machine_is_not_on_this_machine(string path, string header)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(header, header == "Via" ? "1.1 proxy" : "192.0.2.1");

        (await demo.SendAsync(request, token: null)).Problem(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Theory]
    [InlineData("attacker.example")]
    [InlineData("localhost.attacker.example")]
    [InlineData("127.0.0.1.attacker.example")]
    [InlineData("192.0.2.1")]
    [InlineData("0.0.0.0")]
    public async Task A_name_pointed_at_us_by_a_stranger_is_turned_away_even_with_the_token(string host)
    {
        foreach (var path in new[] { "/", "/metrics", "/api/v1/status" })
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = $"{host}:{demo.Api.Port}";
            (await demo.SendAsync(request, demo.Token)).Problem(HttpStatusCode.MisdirectedRequest, "forbidden-host");
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST")]
    [InlineData("localhost.")]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3")]
    [InlineData("[::1]")]
    public async Task Names_of_this_machine_are_answered_to(string host)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/status");
        request.Headers.Host = $"{host}:{demo.Api.Port}";

        Assert.Equal(HttpStatusCode.OK, (await demo.SendAsync(request, demo.Token)).Status);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/v1/status")]
    [InlineData("/api/v1/nothing")]
    public async Task No_other_origin_may_read_and_nothing_is_cached(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Origin", "https://attacker.example");

        var answer = await demo.SendAsync(request, demo.Token);

        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.False(answer.Headers.Contains("Server"));
    }
}
