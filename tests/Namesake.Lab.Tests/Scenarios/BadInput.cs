using System.Net.Sockets;
using System.Text;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>Whatever a client sends: a clear reply, nothing of it gets through as something else, and everybody else is served.</summary>
public sealed class BadInput(LabFixture lab) : RelayTest(lab)
{
    private const long MostMemory = 400_000_000;
    private static readonly LabBrand Acme = LabBrand.Acme;
    private static readonly string Recipient = $"bob@{LabReceivers.Quiet.Domain}";

    /// <summary>Ends of data that one server may take for the end and another for content (CVE-2023-51764 and its kin).</summary>
    private static readonly string[] FalseEnds = ["\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n", "\r\n.\r", "\n.\r", "\r\n.\r\r\n", "\r\r\n.\r\r\n"];

    [Fact]
    public async Task Each_kind_gets_its_reply_while_others_are_served_and_memory_is_bounded()
    {
        await StartProvenRelayAsync(new RelayConfiguration { More = "submission: { commandLine: 3s, contentSilence: 3s }\n" });
        var peak = 0L;
        using var enough = new CancellationTokenSource();
        var watching = WatchMemoryAsync(bytes => peak = Math.Max(peak, bytes), enough.Token);
        var good = SubmitAsync(LabBrand.All.SelectMany(brand => Letter.Many(40, brand, LabReceivers.Echo)));

        await Task.WhenAll(
            [
                .. FalseEnds.Select(SmuggledAsync),
                BareLineFeedInCommandAsync(),
                LongCommandAsync(),
                LongContentLineAsync(),
                HundredThousandRecipientsAsync(),
                GarbageAsync(),
                DribblingCommandAsync(),
                SilentContentAsync(),
                NothingButLineEndsAsync(),
            ]);

        await ArrivesOnceAsItselfAsync(await good);
        await ArrivesOnceAsItselfAsync(await SubmitAsync([Letter.Of(Acme, LabReceivers.Quiet)]));
        await QueueIsEmptyAsync();
        await enough.CancelAsync();
        await watching;

        // Once everything that was accepted has arrived: what was refused is nowhere.
        Assert.DoesNotContain(Lab.Quiet.Messages, message => message.Field("Subject").Contains("refused", StringComparison.Ordinal) || message.Content.Contains("smuggled", StringComparison.Ordinal));
        Assert.Equal(1000, Lab.Quiet.WithSubject($"{Tag}-thousand").Sum(message => message.Recipients.Count));
        Assert.True(peak is > 0 and < MostMemory, $"At its peak the relay held {peak / 1_000_000} MB.");
        Assert.False(Relay.HasExited);
    }

    private async Task SmuggledAsync(string falseEnd)
    {
        await using var talk = await BeginContentAsync();
        await talk.WriteAsync($"From: <ann@{Acme.Domain}>\r\nSubject: {Tag}-refused\r\n\r\nfirst{falseEnd}MAIL FROM:<root@{Acme.Domain}>\r\nRCPT TO:<{Recipient}>\r\nDATA\r\nSubject: {Tag}-smuggled\r\n\r\nsmuggled\r\n.\r\n");
        var reply = await talk.ReplyAsync();
        Assert.True(reply.StartsWith("550 5.6.0 ", StringComparison.Ordinal), $"{Convert.ToHexString(Encoding.ASCII.GetBytes(falseEnd))}: {reply}");
        Assert.True(await HangsUpAsync(talk), "What follows is no command any more.");
    }

    private async Task BareLineFeedInCommandAsync()
    {
        await using var talk = await SmtpTalk.ConnectAsync(Lab.Relay, RelayUnderTest.Server);
        await talk.WriteAsync("EHLO app.client.example\nMAIL FROM:<ann@acme.example>\r\n");
        Assert.StartsWith("500 5.5.2 ", await talk.ReplyAsync(), StringComparison.Ordinal);
        Assert.True(await HangsUpAsync(talk));
    }

    private async Task LongCommandAsync()
    {
        await using var talk = await SmtpTalk.ConnectAsync(Lab.Relay, RelayUnderTest.Server);
        await talk.SayAsync("EHLO app.client.example");
        await talk.WriteAsync($"NOOP {new string('x', 1_000_000)}\r\n");
        Assert.StartsWith("500 5.5.2 ", await talk.ReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await talk.SayAsync("NOOP"), StringComparison.Ordinal);
    }

    private async Task LongContentLineAsync()
    {
        await using var talk = await BeginContentAsync();
        await talk.WriteAsync($"From: <ann@{Acme.Domain}>\r\nSubject: {Tag}-refused\r\n\r\n{new string('x', 1_000_000)}\r\n.\r\n");
        Assert.StartsWith("550 5.6.0 ", await talk.ReplyAsync(), StringComparison.Ordinal);
    }

    private async Task HundredThousandRecipientsAsync()
    {
        await using var talk = await SmtpTalk.ConnectAsync(Lab.Relay, RelayUnderTest.Server);
        await talk.SayAsync("EHLO app.client.example");
        Assert.StartsWith("250 ", await talk.SayAsync($"MAIL FROM:<ann@{Acme.Domain}>"), StringComparison.Ordinal);
        var (taken, postponed) = (0, 0);
        for (var batch = 0; batch < 100; batch++)
        {
            await talk.WriteAsync(string.Concat(Enumerable.Range(batch * 1000, 1000).Select(number => $"RCPT TO:<r{number}@{LabReceivers.Quiet.Domain}>\r\n")));
            for (var i = 0; i < 1000; i++)
            {
                var reply = await talk.ReplyAsync();
                _ = reply.StartsWith("250 2.1.5 ", StringComparison.Ordinal) ? taken++
                    : reply.StartsWith("452 4.5.3 ", StringComparison.Ordinal) ? postponed++ : throw new InvalidOperationException($"Recipient {(batch * 1000) + i}: {reply}");
            }
        }

        Assert.Equal((1000, 99_000), (taken, postponed));
        Assert.StartsWith("354 ", await talk.SayAsync("DATA"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await talk.SayAsync($"From: <ann@{Acme.Domain}>\r\nSubject: {Tag}-thousand\r\n\r\nTo all that were taken.\r\n."), StringComparison.Ordinal);
    }

    private async Task GarbageAsync()
    {
        var random = new Random(5321);
        for (var round = 0; round < 10; round++)
        {
            await using var talk = await SmtpTalk.ConnectAsync(Lab.Relay, RelayUnderTest.Server);
            var garbage = new byte[100_000];
            random.NextBytes(garbage);
            try
            {
                await talk.WriteAsync(garbage);
                Assert.StartsWith("5", await talk.ReplyAsync(), StringComparison.Ordinal);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // It was cut off in the middle of its garbage.
            }
        }
    }

    private async Task DribblingCommandAsync()
    {
        await using var talk = await SmtpTalk.ConnectAsync(Lab.Relay, RelayUnderTest.Server);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        var reply = talk.ReplyAsync();
        for (var sent = 0; !reply.IsCompleted && sent < 100; sent++)
        {
            await talk.WriteAsync("N");
            await pause.WaitForNextTickAsync(CancellationToken.None);
        }

        Assert.StartsWith("421 4.4.2 ", await reply, StringComparison.Ordinal);
    }

    private async Task SilentContentAsync()
    {
        await using var talk = await BeginContentAsync();
        await talk.WriteAsync($"From: <ann@{Acme.Domain}>\r\nSubject: {Tag}-refused\r\n\r\nand then");
        Assert.StartsWith("421 4.4.2 ", await talk.ReplyAsync(), StringComparison.Ordinal);
    }

    private async Task NothingButLineEndsAsync()
    {
        await using var talk = await SmtpTalk.ConnectAsync(Lab.Relay, RelayUnderTest.Server);
        try
        {
            await talk.WriteAsync(string.Concat(Enumerable.Repeat("\r\n", 50_000)));
            var reply = await talk.ReplyAsync();
            while (reply.StartsWith("500 ", StringComparison.Ordinal))
            {
                reply = await talk.ReplyAsync();
            }

            Assert.StartsWith("421 4.7.0 ", reply, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Cut off.
        }
    }

    private async Task<SmtpTalk> BeginContentAsync()
    {
        var talk = await SmtpTalk.ConnectAsync(Lab.Relay, RelayUnderTest.Server);
        await talk.SayAsync("EHLO app.client.example");
        Assert.StartsWith("250 ", await talk.SayAsync($"MAIL FROM:<ann@{Acme.Domain}>"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await talk.SayAsync($"RCPT TO:<{Recipient}>"), StringComparison.Ordinal);
        Assert.StartsWith("354 ", await talk.SayAsync("DATA"), StringComparison.Ordinal);
        return talk;
    }

    private static async Task<bool> HangsUpAsync(SmtpTalk talk)
    {
        try
        {
            return await talk.ReplyAsync() == "";
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return true;
        }
    }

    private async Task WatchMemoryAsync(Action<long> seen, CancellationToken enough)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (!enough.IsCancellationRequested)
        {
            seen(Relay.ResidentBytes);
            await pause.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
