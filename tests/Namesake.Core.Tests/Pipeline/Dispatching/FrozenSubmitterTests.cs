using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Dns;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Pipeline.Submission;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>Mail of a frozen submitter stays, wherever it is when the freeze comes; nobody else's does.</summary>
public sealed class FrozenSubmitterTests
{
    [Fact]
    public async Task What_is_lined_up_behind_a_session_does_not_go_and_is_held_until_the_thaw()
    {
        await using var world = await World.StartAsync();
        using var stop = new CancellationTokenSource();
        using var frozenMail = new FrozenMail(world.Submitters, new QueueSearch(world.View, (IQueueControl)world.View, world.Dispatcher.StandingOf, world.Time), (IQueueControl)world.View, world.Time, NullLogger.Instance);
        var keeping = frozenMail.RunAsync(stop.Token);
        var sink = world.Receive("sink.test", connections: 1);
        Task freezing = Task.CompletedTask;
        sink.Says = (_, command) =>
        {
            // In the middle of the first transaction.
            if (freezing == Task.CompletedTask && command.StartsWith("RCPT", StringComparison.Ordinal))
                freezing = world.Submitters.FreezeAsync("ann", "a test", "op");
            return null;
        };
        await LinedUpAsync(world, sink, 10);

        await world.UntilAsync(async () => (await world.MessagesAsync()).Count(message => message.State == "held") >= 9, TimeSpan.FromSeconds(1));
        await freezing;
        await world.AcceptAsync("carl@sink.test", from: "bob@acme.test", submitter: "bob");
        await world.UntilAsync(() => sink.Arrivals.Any(arrival => arrival.Sender == "bob@acme.test"), TimeSpan.FromSeconds(1));

        await world.IdleAsync(); // what arrived is written down, too
        var begun = 10 - (await world.MessagesAsync()).Count(message => message.Submitter == "ann");
        Assert.InRange(begun, 0, 1);
        Assert.Equal(begun, sink.Arrivals.Count(arrival => arrival.Sender == "ann@acme.test"));
        sink.Says = (_, _) => null;
        Assert.NotNull(await world.Submitters.ThawAsync("ann", null, "op"));
        await world.UntilAsync(() => sink.Arrivals.Count(arrival => arrival.Sender == "ann@acme.test") == 10, TimeSpan.FromSeconds(1));
        await world.UntilAsync(() => world.Submitters.HoldOf("ann") is null, TimeSpan.FromSeconds(1));
        await stop.CancelAsync();
        await keeping;
    }

    [Fact]
    public async Task A_kill_between_freeze_and_hold_or_thaw_and_release_leaves_nothing_half_done()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        await world.Dispatcher.SuspendAsync(new SourceId("a"), world.SiteOf(sink), "a test", "op", null);
        await world.Dispatcher.SuspendAsync(new SourceId("b"), world.SiteOf(sink), "a test", "op", null);
        await world.AcceptAsync("carl@sink.test", submitter: "ann");
        await world.IdleAsync();
        await world.Submitters.FreezeAsync("ann", "a test", "op"); // nobody holds its mail before the end

        await world.StopAsync();
        await world.OpenAsync();
        await KeepAsync(world, async () => (await world.MessagesAsync()).Single().State == "held");
        await world.Submitters.ThawAsync("ann", null, "op"); // nobody releases it before the end

        await world.StopAsync();
        await world.OpenAsync();
        await KeepAsync(world, async () => (await world.MessagesAsync()).Single().State == "waiting");
        Assert.Null(world.Submitters.FreezeOf("ann"));
    }

    [Fact]
    public async Task Receivers_refusals_are_told_and_those_for_our_own_address_are_not()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        sink.Says = (_, command) => !command.StartsWith("RCPT", StringComparison.Ordinal) ? null
            : command.Contains("listed", StringComparison.Ordinal) ? "554 5.7.1 Service unavailable; client [127.0.0.5] [127.0.0.6] is listed"
            : command.Contains("nobody", StringComparison.Ordinal) ? "550 5.1.1 no such user" : null;

        await world.AcceptAsync("nobody@sink.test", submitter: "ann");
        await world.AcceptAsync("listed@sink.test", submitter: "bob");
        await world.AcceptAsync("carl@sink.test", submitter: "bob");
        await world.UntilAsync(() => sink.Arrivals.Any(arrival => arrival.Recipients.Contains("carl@sink.test")));
        await world.UntilAsync(async () => (await world.MessagesAsync()).All(message => message.Submitter == "dsn"));

        Assert.Equal(1, world.Submitters.NumbersOf("ann")?.Refused);
        Assert.Equal(0, world.Submitters.NumbersOf("bob")?.Refused);
    }

    [Theory]
    [InlineData("550 5.1.1 no such user", 1)]
    [InlineData("554 5.7.1 this message looks like spam", 1)]
    [InlineData("550 nada de nada", 1)]
    [InlineData("550 nada de nada 127.0.0.5 127.0.0.6", 0)]
    [InlineData("554 5.7.1 blocked using zen.spamhaus.org", 0)]
    [InlineData("550 5.7.26 unauthenticated mail is refused by the DMARC policy of acme.test", 0)]
    [InlineData("550 5.1.8 sender address rejected: domain not found", 0)]
    [InlineData("552 5.3.4 message size exceeds the fixed limit", 0)]
    public async Task Refusals_count_when_they_speak_of_the_recipient_or_of_what_the_message_says(string reply, int counted)
    {
        await using var world = await World.StartAsync();
        world.Receive("sink.test").Says = (_, command) => command == "." ? reply : null;

        Assert.Equal(counted, await RefusedAsync(world, "bob@sink.test"));
    }

    [Fact]
    public async Task What_we_find_a_receiver_unable_to_take_counts_for_nobody()
    {
        await using var world = await World.StartAsync();
        world.Receive("sink.test").Says = (_, command) => command.StartsWith("EHLO", StringComparison.Ordinal) ? "250-sink.test\r\n250 SIZE 10" : null;

        Assert.Equal(0, await RefusedAsync(world, "bob@sink.test"));
        Assert.Equal(0, await RefusedAsync(world, "bøb@sink.test"));
    }

    [Fact]
    public async Task A_domain_that_does_not_exist_or_takes_no_mail_counts_as_refused()
    {
        await using var world = await World.StartAsync();
        Assert.Equal(1, await RefusedAsync(world, "bob@no-such-domain.test"));

        (world.Dns.Outcome, world.Dns.Records) = (DnsOutcome.Answer, [new MXRecord(0, null, TimeSpan.FromMinutes(10))]);
        Assert.Equal(2, await RefusedAsync(world, "bob@null-mx.test"));
    }

    [Fact]
    public async Task A_domain_whose_mail_would_loop_for_want_of_a_route_counts_for_nobody()
    {
        var relay = IPAddress.Parse("198.51.100.9");
        await using var world = await World.StartAsync(model => model with { Listeners = [new ListenerModel(new IPEndPoint(relay, 25), null, [], null, false, null, false)] });
        (world.Dns.Outcome, world.Dns.Records) = (DnsOutcome.Answer, [new MXRecord(0, DomainName.Parse("mx.ours.test"), TimeSpan.FromMinutes(10)), new AddressRecord(relay, TimeSpan.FromMinutes(10))]);

        Assert.Equal(0, await RefusedAsync(world, "bob@ours.test"));
    }

    /// <returns>Refusals that count for ann, once her mail has come to its end.</returns>
    private static async Task<long> RefusedAsync(World world, string to)
    {
        await world.AcceptAsync(to, submitter: "ann");
        await world.UntilAsync(async () => (await world.MessagesAsync()).All(message => message.Submitter == "dsn"));
        return world.Submitters.NumbersOf("ann")?.Refused ?? 0;
    }

    /// <summary>Mail of ann that the spool gives out all at once, so that it lies in the lane behind the first.</summary>
    private static async Task LinedUpAsync(World world, Receiver sink, int messages)
    {
        LaneKey[] lanes = [new(new SourceId("a"), world.SiteOf(sink)), new(new SourceId("b"), world.SiteOf(sink))];
        foreach (var lane in lanes)
            await world.Dispatcher.SuspendAsync(lane.Source, lane.Site, "a test", "op", null);
        for (var i = 0; i < messages; i++)
            await world.AcceptAsync($"victim{i}@sink.test", submitter: "ann");
        await world.IdleAsync();
        await world.Dispatcher.ResumeAsync(lanes[0].Source, lanes[0].Site, "op");
    }

    private static async Task KeepAsync(World world, Func<Task<bool>> until)
    {
        using var stop = new CancellationTokenSource();
        using var frozenMail = new FrozenMail(world.Submitters, new QueueSearch(world.View, (IQueueControl)world.View, world.Dispatcher.StandingOf, world.Time), (IQueueControl)world.View, world.Time, NullLogger.Instance);
        var keeping = frozenMail.RunAsync(stop.Token);
        await world.UntilAsync(until, TimeSpan.FromSeconds(1));
        await stop.CancelAsync();
        await keeping;
    }
}
