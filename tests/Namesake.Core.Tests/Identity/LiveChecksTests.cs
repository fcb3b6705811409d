using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Tests.Shared;

namespace Namesake.Core.Tests.Identity;

/// <summary>No check is left without a suite that shows it live.</summary>
public sealed class LiveChecksTests
{
    [Fact]
    public void Each_check_is_shown_live_by_one_suite() =>
        Assert.Equal(Catalogue.All.Select(check => check.Id).Order(StringComparer.Ordinal), LiveChecks.ByNames.Concat(LiveChecks.ByHosts).Concat(LiveChecks.ByPlans).Order(StringComparer.Ordinal));

    [Fact]
    public void A_check_that_cannot_fail_says_that_nothing_is_to_be_done() =>
        Assert.All(LiveChecks.NeverBad, check => Assert.Equal((FindingSeverity.Info, FixKind.None), (Catalogue.Find(check)!.Card.Severity, Catalogue.Find(check)!.Card.Fix)));
}
