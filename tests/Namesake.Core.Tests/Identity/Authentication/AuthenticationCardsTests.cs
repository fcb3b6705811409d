using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;

namespace Namesake.Core.Tests.Identity.Authentication;

/// <summary>What people may know of group AU without running it.</summary>
public sealed class AuthenticationCardsTests
{
    [Fact]
    public void The_group_is_complete_and_holds_nothing_under_any_policy()
    {
        Assert.Equal(Enumerable.Range(1, 11).Select(number => $"AU-{number:00}"), AuthenticationAudit.All.Select(check => check.Id));
        Assert.All(AuthenticationAudit.All, check => Assert.All(Enum.GetValues<IdentityPolicy>(), policy => Assert.NotEqual(FindingSeverity.Hold, check.SeverityUnder(policy))));
        Assert.All(AuthenticationAudit.All, check => Assert.Same(check, Catalogue.Find(check.Id)));
    }

    [Fact]
    public void Every_card_is_a_sentence_with_its_article() => Assert.All(AuthenticationAudit.All.Select(check => check.Card), card =>
    {
        Assert.DoesNotMatch(@"\.$", card.Title);
        Assert.Matches("^[a-z0-9-]+$", card.Article);
        Assert.All(new[] { card.Evidence, card.EnforcedBy, card.Remedy }, text => Assert.NotEmpty(text));
    });
}
