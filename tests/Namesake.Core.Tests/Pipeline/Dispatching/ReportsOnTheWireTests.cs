using System.Collections.Concurrent;
using Namesake.Protocol.Smtp.Commands;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>Reports as receivers get them, and who makes them: RFC 3461 §5.2 and §6.2, RFC 6533.</summary>
public sealed class ReportsOnTheWireTests
{
    private const string WithoutDsn = "250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8", WithoutUtf8 = "250-sink.test\r\n250-PIPELINING\r\n250 8BITMIME";

    [Fact]
    public async Task A_wish_for_confirmation_is_passed_on_to_a_receiver_that_knows_of_it()
    {
        await using var world = await World.StartAsync();
        var (sink, own) = (world.Receive("sink.test"), world.Receive("acme.test"));
        var said = Listen(sink);

        await world.AcceptAsync("bob@sink.test", notify: DsnNotify.Success);
        await world.IdleAsync();

        Assert.Contains(said, line => line.StartsWith("RCPT TO:<bob@sink.test> NOTIFY=SUCCESS", StringComparison.Ordinal));
        Assert.Single(sink.Arrivals);
        Assert.Empty(await world.MessagesAsync());
        Assert.Empty(own.Arrivals);
    }

    [Fact]
    public async Task Where_the_receiver_does_not_know_of_it_we_confirm_that_it_was_passed_on()
    {
        await using var world = await World.StartAsync();
        var (sink, own) = (world.Receive("sink.test"), world.Receive("acme.test"));
        var (said, reported) = (Listen(sink, WithoutDsn), Listen(own));

        await world.AcceptAsync("bob@sink.test", notify: DsnNotify.Success);
        await world.UntilAsync(() => own.Arrivals.Count == 1);

        Assert.DoesNotContain(said, line => line.Contains("NOTIFY", StringComparison.Ordinal));
        Assert.Contains("Action: relayed", own.Arrivals[0].Text, StringComparison.Ordinal);
        Assert.Equal("", own.Arrivals[0].Sender);
        Assert.Contains(reported, line => line == "RCPT TO:<ann@acme.test> NOTIFY=NEVER");
        Assert.Contains(reported, line => line.StartsWith("MAIL FROM:<>", StringComparison.Ordinal) && !line.Contains("8BITMIME", StringComparison.Ordinal) && !line.Contains("SMTPUTF8", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_report_in_UTF8_says_so_in_its_envelope()
    {
        await using var world = await World.StartAsync();
        var (sink, own) = (world.Receive("sink.test"), world.Receive("acme.test"));
        Listen(sink, command: "RCPT", answer: "550 5.1.1 no such user");
        var reported = Listen(own);

        await world.AcceptAsync("bj\u00f6rn@sink.test", from: "j\u00fcrgen@acme.test");
        await world.UntilAsync(() => own.Arrivals.Count == 1);

        Assert.Contains(reported, line => line.StartsWith("MAIL FROM:<>", StringComparison.Ordinal) && line.Contains(" BODY=8BITMIME", StringComparison.Ordinal) && line.Contains(" SMTPUTF8", StringComparison.Ordinal));
        Assert.Contains("message/global-delivery-status", own.Arrivals[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_in_UTF8_that_its_receiver_can_not_take_is_kept()
    {
        await using var world = await World.StartAsync();
        var (sink, own) = (world.Receive("sink.test"), world.Receive("acme.test"));
        Listen(sink, command: "RCPT", answer: "550 5.1.1 no such user");
        Listen(own, WithoutUtf8);

        await world.AcceptAsync("bob@sink.test", from: "j\u00fcrgen@acme.test");
        await world.UntilAsync(async () => (await world.MessagesAsync()) is [{ State: "undeliverable" }]);

        Assert.Empty(own.Arrivals);
    }

    private static ConcurrentQueue<string> Listen(Receiver receiver, string? ehlo = null, string? command = null, string? answer = null)
    {
        var said = new ConcurrentQueue<string>();
        receiver.Says = (_, line) =>
        {
            said.Enqueue(line);
            return line.StartsWith("EHLO", StringComparison.Ordinal) ? ehlo : command is not null && line.StartsWith(command, StringComparison.Ordinal) ? answer : null;
        };
        return said;
    }
}
