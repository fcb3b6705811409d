using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Configuration;
using Namesake.Protocol.Dkim;
using Namesake.Protocol.Tests.Dkim;
using Namesake.Tests.Cli;
using Namesake.Tests.Configuration;
using Namesake.Tests.Database;

namespace Namesake.Tests.Dkim;

/// <summary>A whole relay: what its receiver got is verified by another implementation, with the records the relay tells to publish.</summary>
public sealed class SignedRelayTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly TemporaryDirectory _directory = new();
    private readonly Sink _sink = new();
    private RelayHost _relay = null!;
    private Receiver _receiver = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _directory.Write("rsa.pem", DkimKeys.Rsa());
        _directory.Write("ed.pem", DkimKeys.Ed25519);
        var file = _directory.Write("namesake.yaml", string.Create(CultureInfo.InvariantCulture, $$"""
            node: relay1
            treatAsPublic: ["127.0.0.0/8"]
            resolvers: ["127.0.0.1:1"]
            api: { address: "127.0.0.1:0" }
            spool: { minimumFreeDisk: 0 }
            listeners:
              - { address: "127.0.0.1:0", relayFrom: ["127.0.0.0/8"], brand: acme }
            brands:
              - { id: acme, senderDomains: [acme.test, plain.test], sources: [acme-v4], foreignSenders: srs, srsSecret: "a secret of some length",
                  dkim: [ { selector: s1, keyFile: rsa.pem, domain: acme.test }, { selector: s2, keyFile: ed.pem, domain: acme.test } ] }
            sources:
              - { id: acme-v4, localAddress: 127.0.10.5, publicAddress: 127.0.10.5, ehlo: mail.acme.test }
            routes: [ { domains: ["*"], via: "{{_sink.Address}}", identity: internal } ]
            """));
        var configuration = new ConfigurationReader().Read(file).Configuration!;
        ImmutableArray<DkimSigner> signers = [.. configuration.Relay.Brands.All[0].Dkim.All];
        _receiver = new Receiver([.. signers]);
        _relay = new RelayHost(configuration, TimeProvider.System, NullLoggerFactory.Instance);
        await _relay.StartAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _sink.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(100, true)]
    [InlineData(200_000, false)]
    [InlineData(700_000, false)]
    [InlineData(3_000_000, true)]
    public async Task What_the_receiver_got_verifies_by_both_signatures(int size, bool chunked)
    {
        var got = Assert.Single(await CarryAsync("ann@acme.test", "ann@acme.test", "bob@example.org", size, chunked));

        Assert.StartsWith("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=acme.test; s=s1;", got, StringComparison.Ordinal);
        Assert.Equal([true, true], Verify(got));
        Assert.True(got.Length > size * 9 / 10);
    }

    [Fact]
    public async Task All_recipients_get_the_same_signatures()
    {
        using (var client = await SmtpConversation.OpenAsync(_relay.Submission.Addresses[0]))
            foreach (var command in new[] { "MAIL FROM:<ann@acme.test>", "RCPT TO:<a@one.test>", "RCPT TO:<b@two.test>", "DATA", Content("ann@acme.test", 100) + "." })
                Assert.Matches("^[23]", await client.SayAsync(command));
        await DeliveredAsync();

        Assert.Equal(2, _sink.Contents.Count);
        Assert.Single(_sink.Contents.Distinct());
        Assert.Equal([true, true], Verify(_sink.Contents.First()));
    }

    [Fact]
    public async Task Our_own_reports_are_signed()
    {
        var report = Assert.Single(await CarryAsync("ann@acme.test", "ann@acme.test", "nobody@example.org", 100, false));

        Assert.Contains("From: Mail Delivery System <postmaster@acme.test>", report, StringComparison.Ordinal);
        Assert.Equal([true, true], Verify(report));
    }

    [Theory]
    [InlineData("eve@outside.test", "eve@outside.test", "forwarded")]
    [InlineData("eve@outside.test", "ann@acme.test", "forwarded: a stranger may have written this From")]
    [InlineData("ann@plain.test", "ann@plain.test", "no key signs for the domain")]
    public async Task What_is_not_the_brands_to_answer_for_is_not_signed(string sender, string from, string why)
    {
        var got = Assert.Single(await CarryAsync(sender, from, "bob@example.org", 100, false));
        Assert.False(got.Contains("DKIM-Signature", StringComparison.Ordinal), why);
    }

    [Fact]
    public async Task A_null_sender_is_not_signed_where_the_brand_forwards() =>
        Assert.DoesNotContain("DKIM-Signature", Assert.Single(await CarryAsync("", "ann@acme.test", "bob@example.org", 100, false)), StringComparison.Ordinal);

    [Theory]
    [InlineData(100)]
    [InlineData(700_000)]
    public async Task What_cannot_be_signed_is_refused(int size)
    {
        using var client = await SmtpConversation.OpenAsync(_relay.Submission.Addresses[0]);
        foreach (var command in new[] { "MAIL FROM:<ann@acme.test>", "RCPT TO:<bob@example.org>", "DATA" })
            Assert.Matches("^[23]", await client.SayAsync(command));
        var reply = await client.SayAsync(string.Concat(Enumerable.Repeat("To: bob@example.org\r\n", 300)) + Content("ann@acme.test", size) + ".");

        Assert.StartsWith("554 5.6.0 The message repeats header fields", reply, StringComparison.Ordinal);
        Assert.Equal(0, (await _relay.Spool.TotalsAsync(Cancellation)).Messages);
    }

    [Fact]
    public async Task Explain_and_brands_name_the_signatures_and_their_records()
    {
        string[] access = ["--api", _relay.Api.Address.ToString()!, "--token-file", Path.Combine(_directory.Path, "data", "api.token")];

        var own = (await NamesakeProcess.RunAsync(["explain", "--from", "ann@acme.test", "--to", "bob@example.org", .. access])).Output;
        Assert.Contains("d=acme.test s=s1 (rsa-sha256), key at", own, StringComparison.Ordinal);
        var foreign = (await NamesakeProcess.RunAsync(["explain", "--from", "eve@outside.test", "--to", "bob@example.org", "--listener", _relay.Submission.Addresses[0].ToString(), .. access])).Output;
        Assert.Contains("not signed: forwarded mail", foreign, StringComparison.Ordinal);
        var records = (await NamesakeProcess.RunAsync(["brands", "dkim", .. access])).Ended(0).Output;
        Assert.Contains("s2._domainkey.acme.test. TXT \"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"", records, StringComparison.Ordinal);
    }

    private bool[] Verify(string content) => [.. _receiver.Verify(Encoding.ASCII.GetBytes(content))];

    private async Task<string[]> CarryAsync(string sender, string from, string to, int size, bool chunked)
    {
        var content = Content(from, size);
        using (var client = await SmtpConversation.OpenAsync(_relay.Submission.Addresses[0]))
        {
            string[] transfer = !chunked ? ["DATA", content + "."]
                : [$"BDAT 50\r\n{content[..48]}", string.Create(CultureInfo.InvariantCulture, $"BDAT {content.Length - 50} LAST\r\n{content[50..^2]}")];
            foreach (var command in (string[])[$"MAIL FROM:<{sender}>", $"RCPT TO:<{to}>", .. transfer])
                Assert.Matches("^[23]", await client.SayAsync(command));
        }
        await DeliveredAsync();
        return [.. _sink.Contents];
    }

    // The first 50 octets end with a line: the conversation ends what it says with CR LF.
    private static string Content(string from, int size) =>
        $"X-Filler: {new string('x', 38)}\r\nFrom: <{from}>\r\nTo: bob@example.org\r\nSubject: hello\r\n there\r\n\r\n"
        + string.Join("\r\n", Enumerable.Repeat("some  text with  blanks \r\n\r\n..and dots", Math.Max(1, size / 40))) + "\r\n\r\n\r\n";

    private async Task DeliveredAsync()
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while ((await _relay.Spool.TotalsAsync(Cancellation)).Messages > 0)
        {
            Assert.False(patience.IsCancellationRequested, "not in time: everything is delivered");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }
    }
}
