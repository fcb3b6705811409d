using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Namesake.Tests.Api;

/// <summary>Requests that make no sense: every answer is a problem document that says what is wrong, and the next request works.</summary>
public sealed class BadRequestTests(RunningDemo demo) : IClassFixture<RunningDemo>
{
    [Theory]
    [InlineData("/api/v1/messages/zz")]
    [InlineData("/api/v1/messages/1F")]
    [InlineData("/api/v1/messages/-1")]
    [InlineData("/api/v1/messages/0")]
    [InlineData("/api/v1/messages/11112222333344445")]
    [InlineData("/api/v1/messages/1f%0d%0aSet-Cookie:%20a=b")]
    [InlineData("/api/v1/messages/..%2f..%2fetc%2fpasswd")]
    [InlineData("/api/v1/messages?after=xyz")]
    public async Task What_is_no_message_id_is_told_so(string path) => (await demo.GetAsync(path)).Problem(HttpStatusCode.BadRequest, "bad-id");

    [Fact]
    public async Task A_message_nobody_knows_is_not_found() => (await demo.GetAsync("/api/v1/messages/1f")).Problem(HttpStatusCode.NotFound, "unknown-message");

    [Theory]
    [InlineData("GET", "/api/v1/sources/nobody")]
    [InlineData("GET", "/api/v1/sources/%3Cscript%3E")]
    [InlineData("POST", "/api/v1/sources/nobody/probe")]
    [InlineData("DELETE", "/api/v1/sources/nobody/override")]
    [InlineData("POST", "/api/v1/lanes/nobody/google.com/proxy-echo")]
    public async Task A_source_nobody_configured_is_not_found(string method, string path) =>
        (await demo.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), demo.Token)).Problem(HttpStatusCode.NotFound, "unknown-source");

    [Theory]
    [InlineData("/api/v1/queue?limit=0")]
    [InlineData("/api/v1/queue?limit=1001")]
    [InlineData("/api/v1/queue?limit=-5")]
    [InlineData("/api/v1/queue?limit=ten")]
    [InlineData("/api/v1/queue?limit=5&limit=6")]
    [InlineData("/api/v1/queue?after=1e3")]
    [InlineData("/api/v1/queue?brnad=acme")]
    [InlineData("/api/v1/queue?brand=a%20b")]
    [InlineData("/api/v1/messages?source=%27%20OR%201%3D1--")]
    [InlineData("/api/v1/messages?domain=-bad-")]
    [InlineData("/api/v1/status?verbose=1")]
    [InlineData("/api/v1/explain")]
    [InlineData("/api/v1/explain?from=ann@acme.example")]
    [InlineData("/api/v1/explain?from=ann&to=bob@strict.example")]
    [InlineData("/api/v1/explain?from=ann@acme.example&to=bob@strict.example&to=eve@strict.example")]
    [InlineData("/api/v1/explain?from=ann@acme.example&to=bob@%5B127.0.0.1%5D")]
    public async Task A_wrong_parameter_is_named(string path) => (await demo.GetAsync(path)).Problem(HttpStatusCode.BadRequest, "bad-query");

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"until\"")]
    [InlineData("{}")]
    [InlineData("{\"until\":\"2999-01-01T00:00:00Z\"}")]
    [InlineData("{\"until\":\"tomorrow\",\"reason\":\"because\"}")]
    [InlineData("{\"until\":\"2026-01-01T00:00:00Z\",\"reson\":\"because\"}")]
    [InlineData("{\"reason\":\"because\"}")]
    [InlineData("{\"until\":\"2999-01-01T00:00:00Z\",\"reason\":\"  x  \"}")]
    [InlineData("{\"until\":{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":1}}}}}}")]
    public async Task A_body_that_is_no_override_is_refused(string body) =>
        (await demo.PostAsync("/api/v1/sources/acme-v4/override", body)).Problem(HttpStatusCode.BadRequest, "bad-body");

    [Fact]
    public async Task A_form_of_a_web_page_is_no_body() =>
        (await demo.PostAsync("/api/v1/sources/acme-v4/override", "{\"until\":\"2999-01-01T00:00:00Z\",\"reason\":\"because\"}", "text/plain")).Problem(HttpStatusCode.BadRequest, "bad-body");

    [Fact]
    public async Task Too_many_words_are_refused()
    {
        var body = $$"""{"until":"{{DateTimeOffset.UtcNow.AddHours(1):O}}","reason":"{{new string('x', 301)}}"}""";

        (await demo.PostAsync("/api/v1/sources/acme-v4/override", body)).Problem(HttpStatusCode.BadRequest, "bad-body");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(25)]
    public async Task An_override_of_more_than_a_day_or_of_the_past_is_not_possible(int hours)
    {
        var body = $$"""{"until":"{{DateTimeOffset.UtcNow.AddHours(hours):O}}","reason":"because"}""";

        (await demo.PostAsync("/api/v1/sources/acme-v4/override", body)).Problem(HttpStatusCode.Conflict, "not-possible");
    }

    [Fact]
    public async Task A_source_that_is_not_translated_needs_no_word() =>
        (await demo.PostAsync("/api/v1/sources/acme-v4/attest", "{\"by\":\"ann\"}")).Problem(HttpStatusCode.Conflict, "not-possible");

    [Fact]
    public async Task A_lane_that_is_open_has_no_echo_to_mark() =>
        (await demo.PostAsync("/api/v1/lanes/acme-v4/google.com/proxy-echo")).Problem(HttpStatusCode.Conflict, "not-possible");

    [Fact]
    public async Task The_spool_of_a_running_relay_is_not_looked_through() => (await demo.GetAsync("/api/v1/spool/check")).Problem(HttpStatusCode.Conflict, "not-possible");

    [Fact]
    public async Task A_body_above_the_limit_is_refused_unread()
    {
        (await demo.PostAsync("/api/v1/sources/acme-v4/override", $"{{\"reason\":\"{new string('x', 20_000)}\"}}")).Problem(HttpStatusCode.RequestEntityTooLarge, "too-large");

        Assert.Equal(HttpStatusCode.OK, (await demo.GetAsync("/api/v1/status")).Status);
    }

    [Theory]
    [InlineData("looks=0")]
    [InlineData("looks=11")]
    [InlineData("looks=often")]
    [InlineData("look=3")]
    public async Task An_audit_looks_1_to_10_times(string query) => (await demo.PostAsync($"/api/v1/sources/acme-v4/audit?{query}")).Problem(HttpStatusCode.BadRequest, "bad-query");

    [Fact]
    public async Task A_parameter_above_the_limit_is_refused() => (await demo.GetAsync($"/api/v1/explain?to=bob@strict.example&from={new string('a', 2000)}@acme.example")).Problem(HttpStatusCode.BadRequest, "bad-query");

    [Theory]
    [InlineData("GET /{0} HTTP/1.1\r\nHost: localhost\r\n\r\n", 8_000, "414")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {0}\r\n\r\n", 20_000, "431")]
    [InlineData("GET / HTTP/1.1\r\n\r\n{0}", 0, "400")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n{0}", 0, "400")]
    [InlineData("\u0016\u0003\u0001{0}\r\n\r\n", 10, "400")]
    public async Task What_is_no_request_ends_with_its_connection_only(string form, int size, string status)
    {
        var answer = await RawAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, new string('a', size)));

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await demo.GetAsync("/api/v1/status")).Status);
    }

    [Fact]
    public async Task An_address_with_nothing_behind_it_is_a_problem_document_as_well() => (await demo.GetAsync("/api/v2/status")).Problem(HttpStatusCode.NotFound, "not-found");

    [Theory]
    [InlineData("DELETE", "/api/v1/status", "GET")]
    [InlineData("GET", "/api/v1/sources/acme-v4/probe", "POST")]
    [InlineData("PUT", "/", "GET")]
    [InlineData("TRACE", "/", "GET")]
    public async Task A_wrong_method_is_told_which_ones_are_right(string method, string path, string right)
    {
        var answer = await demo.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), demo.Token);

        answer.Problem(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        Assert.Contains(right, answer.ContentHeaders.Allow);
    }

    private async Task<string> RawAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, demo.Api.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
    }
}
