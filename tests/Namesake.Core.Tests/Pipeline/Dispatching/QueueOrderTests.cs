using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>What operators do to mail that waits, on a relay that runs.</summary>
public sealed class QueueOrderTests : IAsyncLifetime
{
    private World _world = null!;
    private Receiver _home = null!, _sink = null!;
    private CountedControl _control = null!;
    private QueueJobs _jobs = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _world = await World.StartAsync();
        _home = _world.Receive("acme.test", RouteIdentity.Internal);
        _sink = _world.Receive("sink.test");
        Begin();
    }

    public async ValueTask DisposeAsync()
    {
        await _jobs.DisposeAsync();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Held_mail_does_not_leave_over_restarts_and_leaves_when_it_is_released()
    {
        var id = await WaitingAsync("bob@sink.test");

        Assert.Equal(1, (await DoneAsync(new QueueOrder.Hold("stolen mailbox", null))).Changed);
        _world.Standings.Release("a");
        _world.Standings.Release("b");
        await RestartAsync();
        await _world.UntilAsync(async () => (await _world.View.QueuesAsync(new SpoolFilter(), new QueueId(0), 10, Cancellation)).Single() is { Held: 1, EarliestDue: null }, step: TimeSpan.FromMinutes(1));
        Assert.Empty(_sink.Arrivals);
        Assert.Equal("stolen mailbox", (await _world.SummaryAsync(id))!.Hold!.Reason);

        Assert.Equal(1, (await DoneAsync(new QueueOrder.Release())).Changed);
        await _world.UntilAsync(() => _sink.Arrivals.Count == 1, step: TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_site_means_all_that_goes_there_also_right_after_a_start_and_long_after_its_way_was_looked_up()
    {
        await WaitingAsync("bob@sink.test");
        await RestartAsync();
        var site = new QueueFilter(new SpoolFilter()) { Site = _world.SiteOf(_sink) };
        Assert.Single((await _jobs.Search.PageAsync(site, new QueueId(0), 10, Cancellation)).Queues);
        _world.Time.Advance(TimeSpan.FromHours(3)); // no way lives so long
        Assert.Equal(1, (await DoneAsync(new QueueOrder.Hold("stolen mailbox", null), site)).Changed);
        Assert.Empty((await _jobs.Search.PageAsync(site with { Site = _world.SiteOf(_home) }, new QueueId(0), 10, Cancellation)).Queues);
    }

    [Fact]
    public async Task A_hold_with_an_end_ends_by_itself()
    {
        await WaitingAsync("bob@sink.test");
        await DoneAsync(new QueueOrder.Hold("until tonight", _world.Time.GetUtcNow().AddHours(2)));
        _world.Standings.Release("a");
        _world.Standings.Release("b");

        _world.Time.Advance(TimeSpan.FromHours(1));
        Assert.NotEmpty(await _world.View.HoldsAsync(new SpoolFilter(), Cancellation));

        await _world.UntilAsync(() => _sink.Arrivals.Count == 1, step: TimeSpan.FromMinutes(1));
        Assert.Empty(await _world.View.HoldsAsync(new SpoolFilter(), Cancellation));
    }

    [Fact]
    public async Task A_fault_while_a_hold_ends_costs_half_a_minute_and_not_the_end_of_it()
    {
        await WaitingAsync("bob@sink.test");
        await DoneAsync(new QueueOrder.Hold("until tonight", _world.Time.GetUtcNow().AddHours(2)));
        _world.Standings.Release("a");
        _world.Standings.Release("b");
        var tries = 0;
        _control.BeforeSlice = () =>
        {
            if (++tries < 3)
                throw new InvalidOperationException("a bug");
        };

        await _world.UntilAsync(() => _sink.Arrivals.Count == 1, step: TimeSpan.FromMinutes(1));
        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task A_fault_while_a_hold_ends_does_not_keep_the_relay_from_ending()
    {
        await WaitingAsync("bob@sink.test");
        await DoneAsync(new QueueOrder.Hold("until tonight", _world.Time.GetUtcNow().AddHours(2)));
        var failed = new TaskCompletionSource();
        _control.BeforeSlice = () =>
        {
            failed.TrySetResult();
            throw new InvalidOperationException("a bug");
        };
        await _world.UntilAsync(() => failed.Task.IsCompleted, step: TimeSpan.FromMinutes(1));

        await _jobs.DisposeAsync();

        Begin();
    }

    [Fact]
    public async Task Held_mail_expires_with_a_report_that_says_that_the_operator_kept_it()
    {
        var id = await WaitingAsync("bob@sink.test");
        await DoneAsync(new QueueOrder.Hold("suspected of spam", null));

        _world.Time.Advance(TimeSpan.FromDays(5) + TimeSpan.FromMinutes(1));
        await _world.UntilAsync(async () => await _world.SummaryAsync(id) is null && _home.Arrivals.Any(arrival => arrival.Text.Contains("Action: failed", StringComparison.Ordinal)), step: TimeSpan.FromMinutes(1));

        var report = _home.Arrivals.Single(arrival => arrival.Text.Contains("Action: failed", StringComparison.Ordinal)).Text;
        Assert.Contains("by the operator of this relay: suspected of spam", Unfolded(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bounced_mail_goes_back_to_its_sender_with_the_operators_reason_and_leaves_its_event()
    {
        var id = await WaitingAsync("bob@sink.test,eve@sink.test");
        await DoneAsync(new QueueOrder.Hold("looked at", null)); // held mail is bounced as any other

        Assert.Equal(2, (await DoneAsync(new QueueOrder.Bounce("not wanted here"))).Changed);

        await _world.UntilAsync(() => _home.Arrivals.Count == 1);
        var report = Assert.Single(_home.Arrivals);
        Assert.Equal(("", "ann@acme.test"), (report.Sender, Assert.Single(report.Recipients)));
        Assert.Contains("Status: 5.7.1", report.Text, StringComparison.Ordinal);
        Assert.Contains("the operator of this relay returned it: not wanted here", Unfolded(report.Text), StringComparison.Ordinal);
        var details = (await _world.View.MessageAsync(id, Cancellation))!;
        Assert.Null(details.Summary);
        Assert.Contains("\"outcome\":\"bounced\"", details.Events[^1], StringComparison.Ordinal);
        Assert.Contains("bounced by ann: not wanted here", details.Events[^1], StringComparison.Ordinal);
        Assert.Empty(_sink.Arrivals);
    }

    [Fact]
    public async Task Purged_mail_is_gone_without_a_report_and_its_event_says_who_and_why()
    {
        var id = await WaitingAsync("bob@sink.test");
        var report = await WaitingAsync("bob@sink.test", from: null);

        Assert.Equal(2, (await DoneAsync(new QueueOrder.Purge("spam from a stolen mailbox"))).Changed);

        Assert.Empty(await _world.MessagesAsync());
        Assert.Empty(_home.Arrivals);
        foreach (var gone in new[] { id, report })
        {
            var told = (await _world.View.MessageAsync(gone, Cancellation))!.Events[^1];
            Assert.Contains("\"outcome\":\"purged\"", told, StringComparison.Ordinal);
            Assert.Contains("removed by ann: spam from a stolen mailbox", told, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_a_fault_kept_from_ending_is_tried_once_more_and_then_done()
    {
        for (var i = 0; i < 5; i++)
            await WaitingAsync("bob@sink.test,eve@sink.test");
        var left = 3;
        _world.Spool.Before = operation => operation == "settle attempt" && Interlocked.Decrement(ref left) >= 0 ? new InvalidOperationException("a bug") : null;

        var job = await DoneAsync(new QueueOrder.Purge("spam from a stolen mailbox"));

        Assert.Equal((10, null), (job.Changed, job.Trouble));
        Assert.Empty(await _world.MessagesAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_whose_mail_is_still_there_ends_with_trouble_and_counts_what_is_gone(bool held)
    {
        for (var i = 0; i < 4; i++)
            await WaitingAsync("bob@sink.test");
        var stays = await WaitingAsync("bob@sink.test,eve@sink.test");
        if (held)
            await DoneAsync(new QueueOrder.Hold("looked at", null));
        _world.Spool.BeforeSettling = settlement => settlement is { Event: not null } && settlement.Consignment.Message == stays ? new InvalidOperationException("a bug") : null;

        var job = await DoneAsync(new QueueOrder.Purge("spam from a stolen mailbox"));

        Assert.Equal(4, job.Changed);
        Assert.Equal("2 recipients are still there: a fault of the relay, its log has the details", job.Trouble);
        Assert.Equal(stays, Assert.Single(await _world.MessagesAsync()).Id);

        _world.Spool.BeforeSettling = null;
        job = await DoneAsync(new QueueOrder.Purge("spam from a stolen mailbox"));
        Assert.Equal((2, null), (job.Changed, job.Trouble));
        Assert.Empty(await _world.MessagesAsync());
    }

    [Fact]
    public async Task A_bounce_of_what_has_no_sender_keeps_it_as_undeliverable()
    {
        var id = await WaitingAsync("bob@sink.test", from: null);

        await DoneAsync(new QueueOrder.Bounce("not wanted here"));

        Assert.Equal("undeliverable", (await _world.SummaryAsync(id))!.State);
        Assert.Empty(_home.Arrivals);
    }

    [Fact]
    public async Task Mail_moves_to_another_source_of_its_brand_and_to_no_other()
    {
        var id = await WaitingAsync("bob@sink.test");
        var from = (await _world.SummaryAsync(id))!.Source.Value;
        var to = new SourceId(from == "a" ? "b" : "a");

        var obstacle = await _jobs.ObstacleAsync(new QueueOrder.Move(new SourceId("c"), false), QueueFilter.All, Cancellation);
        Assert.Contains("c is no source of acme", obstacle, StringComparison.Ordinal);
        Assert.Contains("a, b", obstacle, StringComparison.Ordinal);
        Assert.Null(await _jobs.ObstacleAsync(new QueueOrder.Move(to, false), QueueFilter.All, Cancellation));

        Assert.Equal(1, Assert.Single(await _jobs.PreviewAsync(new QueueOrder.Move(to, false), QueueFilter.All, Cancellation)).Changes);
        Assert.Equal(1, (await DoneAsync(new QueueOrder.Move(to, false))).Changed);
        Assert.Equal(to, (await _world.SummaryAsync(id))!.Source);
    }

    [Fact]
    public async Task What_a_receiver_has_seen_within_four_hours_moves_only_when_it_is_said()
    {
        _sink.Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? "450 4.7.1 greylisted" : null;
        var id = await _world.AcceptAsync("bob@sink.test");
        await _world.UntilAsync(async () => await _world.SummaryAsync(id) is { State: "waiting", LastReply: not null });
        var to = new SourceId((await _world.SummaryAsync(id))!.Source.Value == "a" ? "b" : "a");

        Assert.Equal(0, Assert.Single(await _jobs.PreviewAsync(new QueueOrder.Move(to, false), QueueFilter.All, Cancellation)).Changes);
        Assert.Equal(0, (await DoneAsync(new QueueOrder.Move(to, false))).Changed);
        Assert.Equal(1, Assert.Single(await _jobs.PreviewAsync(new QueueOrder.Move(to, true), QueueFilter.All, Cancellation)).Changes);
        Assert.Equal(1, (await DoneAsync(new QueueOrder.Move(to, true))).Changed);
    }

    [Fact]
    public async Task Every_verb_goes_by_slices_and_a_dry_run_changes_nothing()
    {
        for (var i = 0; i < 1_203; i++)
            await WaitingAsync("bob@sink.test", idle: false);
        await _world.IdleAsync();
        var queues = (await _world.View.QueuesAsync(new SpoolFilter(), new QueueId(0), 10, Cancellation)).Length;

        Assert.Equal(1_203, (await _jobs.PreviewAsync(new QueueOrder.Hold("all", null), QueueFilter.All, Cancellation)).Sum(queue => queue.Changes));
        Assert.Empty(_control.Slices);
        Assert.Empty(_control.Pages); // queues keep the numbers
        foreach (var order in new QueueOrder[] { new QueueOrder.Hold("all", null), new QueueOrder.Release(), new QueueOrder.Purge("all of it") })
        {
            _control.Slices.Clear();
            Assert.Equal(1_203, (await DoneAsync(order)).Changed);
            Assert.All(_control.Slices, slice => Assert.InRange(slice.Recipients, 1, order.Slice));
            var least = (1_203 + order.Slice - 1) / order.Slice;
            Assert.InRange(_control.Slices.Count, least, least + queues);
        }

        Assert.Empty(await _world.MessagesAsync());
    }

    [Fact]
    public async Task A_job_that_is_cancelled_ends_with_its_slice_and_a_second_one_waits_for_it()
    {
        for (var i = 0; i < 600; i++)
            await WaitingAsync("bob@sink.test", idle: false);
        await _world.IdleAsync();
        _control.BeforeSlice = () =>
        {
            Assert.False(_jobs.Start(new QueueOrder.Release(), QueueFilter.All, "eve").Started);
            Assert.True(_jobs.Cancel(_jobs.All[0].Id));
        };

        var job = await DoneAsync(new QueueOrder.Hold("all", null));

        Assert.Equal(("cancelled", 1), (job.Trouble, _control.Slices.Count));
        Assert.Equal(_control.Slices[0].Recipients, job.Changed);
    }

    [Fact]
    public async Task Only_what_the_filter_means_is_touched()
    {
        var ann = await WaitingAsync("bob@sink.test");
        var eve = await WaitingAsync("bob@sink.test", from: "eve@acme.test");

        Assert.Equal(1, (await DoneAsync(new QueueOrder.Hold("eve's", null), new QueueFilter(new SpoolFilter { Sender = "EVE@acme.test" }))).Changed);
        Assert.Equal(1, (await DoneAsync(new QueueOrder.Release(), new QueueFilter(new SpoolFilter()) { Because = "Eve's" })).Changed);
        Assert.Equal(0, (await DoneAsync(new QueueOrder.Hold("none", null), new QueueFilter(new SpoolFilter()) { State = QueueState.Moving })).Changed);
        Assert.Equal(2, (await DoneAsync(new QueueOrder.Hold("all", null), new QueueFilter(new SpoolFilter()) { Because = "pt-01" })).Changed);
        Assert.Equal(1, (await DoneAsync(new QueueOrder.Purge("hers"), new QueueFilter(new SpoolFilter { Messages = [eve] }))).Changed);

        Assert.Equal(ann, Assert.Single(await _world.MessagesAsync()).Id);
    }

    // Until the job ended: it runs by itself.
    private async Task<QueueJob> DoneAsync(QueueOrder order, QueueFilter? filter = null)
    {
        var (job, started) = _jobs.Start(order, filter ?? QueueFilter.All, "ann");
        Assert.True(started);
        await _world.UntilAsync(() => _jobs.Find(job.Id)!.Ended is not null);
        return _jobs.Find(job.Id)!;
    }

    // Both sources are held: what comes now waits.
    private async Task<MessageId> WaitingAsync(string to, string? from = "ann@acme.test", bool idle = true)
    {
        _world.Standings.Hold("a");
        _world.Standings.Hold("b");
        var id = await _world.AcceptAsync(to, from);
        if (idle)
            await _world.IdleAsync();
        return id;
    }

    private async Task RestartAsync()
    {
        await _jobs.DisposeAsync();
        await _world.StopAsync();
        await _world.OpenAsync();
        Begin();
    }

    private void Begin()
    {
        _control = new CountedControl((IQueueControl)_world.View);
        _jobs = new QueueJobs(_world.Spool, _world.View, _control, _world.Dispatcher, () => _world.Model, _world.Time, NullLogger.Instance);
    }

    private static string Unfolded(string text) => string.Join(' ', text.Split((char[])[' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
