using System.Text.Json;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.Api;

/// <summary>AU-07 of a running relay: what recipients can read in the headers of mail that really left.</summary>
public sealed class OutputNamesTests : IAsyncLifetime
{
    private readonly RunningDemo _demo = new();

    public ValueTask InitializeAsync() => _demo.InitializeAsync();

    public ValueTask DisposeAsync() => _demo.DisposeAsync();

    [Fact]
    public async Task Names_of_another_brand_and_of_the_inner_network_fail_and_the_brands_own_pass()
    {
        await _demo.AlignAsync("acme");
        Assert.Equal("not-observable", (await JudgedAsync()).GetProperty("outcome").GetString());

        await SendAsync("ann@acme.example", "Message-ID: <1.2@www.acme.example>\r\nReceived: from app by mx.customer-elsewhere.example with ESMTP; Thu, 26 Nov 2026 10:00:00 +0000", arrivals: 1);
        Assert.Equal("pass", (await JudgedAsync()).GetProperty("outcome").GetString());

        await SendAsync("ann@acme.example", "Message-ID: <3.4@shop.bravo.example>\r\nReceived: from app by exch01.corp.local with ESMTP; Thu, 26 Nov 2026 10:00:00 +0000", arrivals: 2);
        var judged = await JudgedAsync();
        Assert.Equal("bad", judged.GetProperty("outcome").GetString());
        var seen = judged.GetProperty("seen").GetString()!;
        Assert.Contains("Message-ID shop.bravo.example is of brand bravo (bravo.example) (\"Message-ID: <3.4@shop.bravo.example>\")", seen, StringComparison.Ordinal);
        Assert.Contains("Received by exch01.corp.local is internal: .local exists only inside a network (\"Received: from app by exch01.corp.local with ESMTP;", seen, StringComparison.Ordinal);
    }

    private async Task SendAsync(string from, string header, int arrivals)
    {
        using (var client = await SmtpConversation.OpenAsync(_demo.Relay.Submission.Addresses[0]))
            foreach (var (command, code) in new[] { ($"MAIL FROM:<{from}>", "250"), ("RCPT TO:<bob@strict.example>", "250"), ("DATA", "354"), ($"{header}\r\nFrom: <{from}>\r\nSubject: hello\r\n\r\nHello.\r\n.", "250") })
                Assert.StartsWith(code, await client.SayAsync(command), StringComparison.Ordinal);
        await _demo.UntilAsync("/api/v1/status", _ => _demo.World.Receivers[0].Arrivals.Count == arrivals);
    }

    private async Task<JsonElement> JudgedAsync() =>
        (await _demo.PostAsync("/api/v1/sources/acme-v4/audit")).Json.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("check").GetString() == "AU-07");
}
