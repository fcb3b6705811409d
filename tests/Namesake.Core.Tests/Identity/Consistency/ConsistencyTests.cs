using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Leases;

namespace Namesake.Core.Tests.Identity.Consistency;

/// <summary>FB-06, FB-07 and FB-08.</summary>
public sealed class ConsistencyTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse(Scene.Start, System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void What_nobody_planned_remembers_or_shares_is_not_observable() =>
        Assert.All(["FB-06", "FB-07", "FB-08"], check => Assert.Equal(CheckOutcome.NotObservable, Outcome(check, null)));

    [Fact]
    public void Drift_names_what_was_made_and_what_is_there()
    {
        var facts = Known(TimeSpan.FromHours(1)) with { Drifts = [new Drift("PTR of 203.0.113.5", "mail.acme.example", "host5.provider.example")] };
        var result = Judge("FB-06", facts);

        Assert.Equal((CheckOutcome.Bad, "PTR of 203.0.113.5: host5.provider.example in place of mail.acme.example"), (result.Outcome, result.Seen));
        Assert.Equal(CheckOutcome.Pass, Outcome("FB-06", facts with { Drifts = [] }));
    }

    [Theory]
    [InlineData(1, CheckOutcome.Pass)]
    [InlineData(24, CheckOutcome.Pass)]
    [InlineData(25, CheckOutcome.Bad)]
    public void An_audit_without_failures_may_be_a_day_old(int hours, CheckOutcome outcome) => Assert.Equal(outcome, Outcome("FB-07", Known(TimeSpan.FromHours(hours))));

    [Theory]
    [InlineData(23, CheckOutcome.NotApplicable)]
    [InlineData(30, CheckOutcome.Bad)]
    public void A_source_that_was_never_right_in_full_is_told_after_a_day(int hours, CheckOutcome outcome) =>
        Assert.Equal(outcome, Outcome("FB-07", new ConsistencyFacts(Now, Now - TimeSpan.FromHours(hours), null, TimeSpan.FromHours(24))));

    [Fact]
    public void A_source_that_another_node_holds_is_FB08_and_names_it()
    {
        var result = Judge("FB-08", Leased(false, Lease("relay2", ours: false)));

        Assert.Equal((CheckOutcome.Bad, "relay2 holds it since 2026-07-31 08:00:00 UTC", "relay1 alone holds it"), (result.Outcome, result.Seen, result.Expected));
        Assert.Equal("another process of relay1 holds it since 2026-07-31 08:00:00 UTC", Judge("FB-08", Leased(false, Lease("relay1", ours: false))).Seen);
    }

    [Fact]
    public void What_is_ours_alone_passes_and_what_nobody_could_say_is_unknown()
    {
        Assert.Equal((CheckOutcome.Pass, "relay1 holds it since 2026-07-31 08:00:00 UTC"), (Outcome("FB-08", Leased(true, Lease("relay1", ours: true))), Judge("FB-08", Leased(true, Lease("relay1", ours: true))).Seen));
        Assert.Equal((CheckOutcome.Pass, "the spool is relay1's alone"), (Outcome("FB-08", Leased(true, null)), Judge("FB-08", Leased(true, null)).Seen));
        Assert.Equal(CheckOutcome.Unknown, Outcome("FB-08", Leased(false, Lease("relay1", ours: true), "the server is gone")));
        Assert.Equal(CheckOutcome.Unknown, Outcome("FB-08", Leased(false, null)));
    }

    private static ConsistencyFacts Leased(bool held, SourceLease? lease, string? trouble = null) => Known(TimeSpan.FromHours(1)) with { Lease = new LeaseFacts("relay1", held, lease, trouble) };

    private static SourceLease Lease(string node, bool ours)
    {
        var since = new DateTimeOffset(2026, 7, 31, 8, 0, 0, TimeSpan.Zero);
        return new SourceLease(new Core.Sources.SourceId("acme"), node, ours, 3, since, since.AddSeconds(30));
    }

    private static ConsistencyFacts Known(TimeSpan age) => new(Now, Now - TimeSpan.FromDays(10), Now - age, TimeSpan.FromHours(24));

    private static CheckOutcome Outcome(string check, ConsistencyFacts? facts) => Judge(check, facts).Outcome;

    private static CheckResult Judge(string check, ConsistencyFacts? facts) =>
        Catalogue.Find(check)!.Judge(new IdentityFacts { Source = Scene.Source("acme", "203.0.113.5", "mail.acme.example"), Consistency = facts });
}
