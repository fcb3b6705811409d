using Namesake.Configuration;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;

namespace Namesake.Tests.Configuration;

/// <summary>Which lists and registries an audit asks.</summary>
public sealed class ReputationTests
{
    [Fact]
    public void Nobody_is_asked_unless_named()
    {
        var listing = ConfigurationText.Good(ConfigurationText.Small).Listing;
        Assert.Empty(listing.Lists);
        Assert.False(listing.AskRegistry);
        Assert.Null(listing.MailEcho);
    }

    [Fact]
    public void A_mail_echo_is_named_by_its_address()
    {
        Assert.Equal("helocheck@abuseat.org", Read("mailEcho: helocheck@abuseat.org").MailEcho?.ToString());
        Assert.Contains("mailEcho: is no mail address", ConfigurationText.OnlyError($"{ConfigurationText.Small}\nreputation: {{ mailEcho: abuseat.org }}").Replace("\"abuseat.org\" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_known_list_is_named_by_its_zone_alone_and_another_with_what_it_lists()
    {
        var listing = Read("lists: [ { zone: ZEN.spamhaus.org }, { zone: rbl.acme.test, kind: policy, ipv6: true } ], registry: true");
        Assert.Equal(KnownLists.All[0].Codes, listing.Lists[0].Codes);
        Assert.Equal(("rbl.acme.test", ListKind.Policy, true, true), (listing.Lists[1].Title, listing.Lists[1].Kind, listing.Lists[1].ListsV6, listing.AskRegistry));
    }

    [Theory]
    [InlineData("{ zone: rbl.acme.test }", "kind: is missing")]
    [InlineData("{ zone: zen.spamhaus.org, kind: domain }", "zen.spamhaus.org lists policy and exploited and css: leave kind out")]
    [InlineData("{ zone: bl.spamcop.net }, { zone: bl.spamcop.net }", "bl.spamcop.net stands here twice")]
    [InlineData("{ zone: 192.0.2.1 }", "is no domain")]
    [InlineData("{ kind: css }", "zone: is missing")]
    public void What_cannot_be_asked_is_an_error(string lists, string error) =>
        Assert.Contains(error, ConfigurationText.OnlyError($"{ConfigurationText.Small}\nreputation: {{ lists: [ {lists} ] }}"), StringComparison.Ordinal);

    [Fact]
    public void A_subscribers_key_stays_out_of_what_a_reload_says()
    {
        var before = ConfigurationText.Good(ConfigurationText.Small);
        var after = ConfigurationText.Good($"{ConfigurationText.Small}\nreputation: {{ lists: [ {{ zone: \"${{env:ZEN}}\" }} ] }}", environment: new() { ["ZEN"] = "k3yk3yk3y.zen.dq.spamhaus.net" });
        Assert.Equal(KnownLists.All[0].Codes, after.Listing.Lists[0].Codes);
        var change = Assert.Single(ReloadPlan.Between(before, after).NeedsRestart);
        Assert.Contains("zen.dq.spamhaus.net", change.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("k3y", change.ToString(), StringComparison.Ordinal);
    }

    private static ListingOptions Read(string reputation) => ConfigurationText.Good($"{ConfigurationText.Small}\nreputation: {{ {reputation} }}").Listing;
}
