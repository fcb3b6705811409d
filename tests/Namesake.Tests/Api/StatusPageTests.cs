using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Namesake.Tests.Api;

/// <summary>The page for a person at the machine: readable without a script, and safe whatever strangers say.</summary>
public sealed partial class StatusPageTests : IAsyncLifetime
{
    private const string Injection = "</td><script>alert(1)</script><img src=x onerror='alert(2)'>\"&";

    private readonly RunningDemo _demo = new();

    public ValueTask InitializeAsync() => _demo.InitializeAsync();

    public ValueTask DisposeAsync() => _demo.DisposeAsync();

    [Fact]
    public async Task It_shows_sources_holds_and_queues_in_plain_HTML()
    {
        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example");

        var page = await PageAsync();

        Assert.Equal("text/html", page.Type);
        Assert.Contains("acme-v4", page.Text, StringComparison.Ordinal);
        Assert.Contains("PT-01", page.Text, StringComparison.Ordinal);
        Assert.Contains("strict.example", page.Text, StringComparison.Ordinal);
        Assert.Contains("127.0.0.0/8", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("bob@", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(_demo.Token, page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scripts_frames_and_everything_from_elsewhere_are_forbidden_and_its_own_style_is_allowed()
    {
        var page = await PageAsync();

        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        var style = StyleSheet().Match(page.Text).Groups[1].Value;
        Assert.Contains($"'sha256-{Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_operator_wrote_is_text_and_never_markup()
    {
        var body = JsonSerializer.Serialize(new { until = DateTimeOffset.UtcNow.AddHours(1), reason = Injection, by = "<b>ann</b>" });
        Assert.Equal(HttpStatusCode.OK, (await _demo.PostAsync("/api/v1/sources/acme-v4/override", body)).Status);

        AssertTextOnly((await PageAsync()).Text);
    }

    [Fact]
    public async Task What_a_receiver_said_is_text_and_never_markup()
    {
        using var receiver = new TcpListener(IPAddress.Parse("127.0.20.9"), 0);
        receiver.Start();
        var rude = GreetRudelyAsync(receiver);
        await _demo.RestartAsync(_demo.World.Configuration().Replace("routes:\n", $"routes:\n  - {{ domains: [rude.example], via: \"{receiver.LocalEndpoint}\", identity: public }}\n", StringComparison.Ordinal));
        await _demo.AlignAsync("acme");
        await _demo.SubmitAsync("ann@acme.example", "bob@rude.example");

        await _demo.UntilAsync("/api/v1/queue", answer => answer.Text.Contains("\"resting\"", StringComparison.Ordinal));
        AssertTextOnly((await PageAsync()).Text);
        var run = (await Cli.NamesakeProcess.RunAsync("queue", "--api", _demo.Api.ToString(), "--token-file", _demo.TokenFile)).Ended(0).Fits();
        receiver.Stop();
        await rude;

        Assert.Contains("resting", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_head_can_be_asked_for_alone()
    {
        var answer = await _demo.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/"), token: null);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Empty(answer.Text);
    }

    private Task<ApiAnswer> PageAsync() => _demo.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/"), token: null);

    /// <summary>The injected text can be read on the page, and made no element of its own.</summary>
    private static void AssertTextOnly(string html)
    {
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        // With its void elements closed the page is XML: a tag that got in would break it or show up as an element.
        var page = XDocument.Parse(VoidElement().Replace(html.Replace("<!doctype html>", "", StringComparison.Ordinal), "<$1/>"));
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName is "script" or "img" or "b");
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("<script>alert(1)</script>", page.Root!.Value, StringComparison.Ordinal);
    }

    private static async Task GreetRudelyAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                var stream = client.GetStream();
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"421 4.3.2 \u001b[2J{Injection}\r\n"), TestContext.Current.CancellationToken);
                // Until the relay hangs up.
                await stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex StyleSheet();

    [GeneratedRegex("<(meta [^>]*)>")]
    private static partial Regex VoidElement();
}
