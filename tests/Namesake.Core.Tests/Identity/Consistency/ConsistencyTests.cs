using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;

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
    public void Two_nodes_that_hold_one_source_are_told_by_name()
    {
        var facts = Known(TimeSpan.FromHours(1)) with { Holders = ["relay1", "relay2"] };

        Assert.Equal((CheckOutcome.Bad, "relay1, relay2"), (Outcome("FB-08", facts), Judge("FB-08", facts).Seen));
        Assert.Equal(CheckOutcome.Pass, Outcome("FB-08", facts with { Holders = ["relay1"] }));
    }

    private static ConsistencyFacts Known(TimeSpan age) => new(Now, Now - TimeSpan.FromDays(10), Now - age, TimeSpan.FromHours(24));

    private static CheckOutcome Outcome(string check, ConsistencyFacts? facts) => Judge(check, facts).Outcome;

    private static CheckResult Judge(string check, ConsistencyFacts? facts) =>
        Catalogue.Find(check)!.Judge(new IdentityFacts { Source = Scene.Source("acme", "203.0.113.5", "mail.acme.example"), Consistency = facts });
}
