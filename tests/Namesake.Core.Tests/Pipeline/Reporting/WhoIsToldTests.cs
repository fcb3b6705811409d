using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Reporting;
using Namesake.Core.Pipeline.Spool;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Tests.Pipeline.Reporting;

/// <summary>Which endings make a report: RFC 3461 §4.1 and §5.2, RFC 5321 §6.1, verdicts.md §5.</summary>
public sealed class WhoIsToldTests
{
    private static readonly Delivered Taken = new(SmtpReply.Of(250, "2.0.0", "ok"));

    private readonly ReportScene _scene = new();

    [Theory]
    [InlineData(null, true)]
    [InlineData(DsnNotify.Never, false)]
    [InlineData(DsnNotify.Success, false)]
    [InlineData(DsnNotify.Failure, true)]
    [InlineData(DsnNotify.Success | DsnNotify.Delay, false)]
    public async Task A_failure_is_told_to_who_wants_failures(DsnNotify? notify, bool told)
    {
        var settled = await _scene.EndAsync(Notify(notify), ReportScene.NoSuchUser());

        Assert.Equal((told ? 1 : 0, RecipientFate.Failed), (settled.Spawned.Length, Assert.Single(settled.Results).Fate));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(DsnNotify.Failure)]
    [InlineData(DsnNotify.Success)]
    public async Task Nobody_is_told_about_mail_without_a_sender_and_what_fails_of_it_is_kept(DsnNotify? notify)
    {
        var consignment = _scene.Consignment(null, ReportScene.Recipient("bob@sink.test", notify));

        var refused = await _scene.EndAsync(consignment, ReportScene.NoSuchUser());
        Assert.Equal((0, RecipientFate.Undeliverable), (refused.Spawned.Length, Assert.Single(refused.Results).Fate));

        await _scene.Reporter.ExpiredAsync(consignment, "too long", null, TestContext.Current.CancellationToken);
        Assert.Equal((0, RecipientFate.Undeliverable), (_scene.Settled.Spawned.Length, Assert.Single(_scene.Settled.Results).Fate));

        Assert.Empty((await _scene.EndAsync(consignment, Taken)).Spawned);
        _scene.Time.Advance(Reporter.DelayAfter);
        Assert.Empty((await _scene.EndAsync(consignment, ReportScene.Busy)).Spawned);
    }

    [Fact]
    public async Task A_delay_is_told_after_four_hours_once()
    {
        var consignment = _scene.Consignment();
        _scene.Time.Advance(Reporter.DelayAfter - TimeSpan.FromSeconds(1));
        Assert.Empty((await _scene.EndAsync(consignment, ReportScene.Busy)).Spawned);

        _scene.Time.Advance(TimeSpan.FromSeconds(1));
        var report = await _scene.ReportAsync(consignment, ReportScene.Busy);
        Assert.True(Assert.Single(_scene.Settled.Results).DelayTold);
        Assert.Equal(("delayed", "4.3.0", "Sat, 08 Aug 2026 09:00:00 +0000"), (report.Status[1]["Action"], report.Status[1]["Status"], report.Status[1]["Will-Retry-Until"]));
        Assert.Contains("it will be tried until 2026-08-08 09:00 UTC", report.Words, StringComparison.Ordinal);

        var told = consignment with { Recipients = [consignment.Recipients[0] with { DelayTold = true }] };
        Assert.Empty((await _scene.EndAsync(told, ReportScene.Busy)).Spawned);
    }

    [Fact]
    public async Task Mail_that_is_held_is_told_about_without_being_touched()
    {
        await _scene.Reporter.DelayedAsync(_scene.Consignment(), "held since …", TestContext.Current.CancellationToken);

        Assert.Equal((RecipientFate.Noted, true), (Assert.Single(_scene.Settled.Results).Fate, _scene.Settled.Results[0].DelayTold));
        Assert.Equal("delayed", Report.Read(Assert.Single(_scene.Settled.Spawned)).Status[1]["Action"]);
    }

    [Theory]
    [InlineData(DsnNotify.Never)]
    [InlineData(DsnNotify.Failure)]
    public async Task A_delay_is_not_told_to_who_does_not_want_it_and_not_asked_again(DsnNotify notify)
    {
        await _scene.Reporter.DelayedAsync(Notify(notify), "held", TestContext.Current.CancellationToken);

        Assert.Empty(_scene.Settled.Spawned);
        Assert.True(Assert.Single(_scene.Settled.Results).DelayTold);
    }

    [Fact]
    public async Task Success_is_confirmed_as_relayed_where_the_receiver_will_not()
    {
        var report = await _scene.ReportAsync(Notify(DsnNotify.Success), Taken);

        Assert.Equal(("relayed", "2.0.0"), (report.Status[1]["Action"], report.Status[1]["Status"]));
    }

    [Fact]
    public async Task Success_is_the_receivers_to_confirm_where_it_took_that_over()
    {
        Assert.Empty((await _scene.EndAsync(Notify(DsnNotify.Success), Taken with { WillReport = true })).Spawned);
        Assert.Empty((await _scene.EndAsync(Notify(null), Taken)).Spawned);
    }

    [Fact]
    public async Task Failures_and_delays_of_one_attempt_are_two_reports()
    {
        var consignment = _scene.Consignment("ann@acme.test", ReportScene.Recipient("bob@sink.test"), ReportScene.Recipient("carl@sink.test", ordinal: 1));
        _scene.Time.Advance(Reporter.DelayAfter);

        await _scene.Reporter.AttemptEndedAsync(consignment, [ReportScene.NoSuchUser(), ReportScene.Busy], null, false, null, TestContext.Current.CancellationToken);

        Assert.Equal(["failed", "delayed"], _scene.Settled.Spawned.Select(stored => Report.Read(stored).Status[1]["Action"]));
    }

    private Consignment Notify(DsnNotify? notify) => _scene.Consignment("ann@acme.test", ReportScene.Recipient("bob@sink.test", notify));
}
