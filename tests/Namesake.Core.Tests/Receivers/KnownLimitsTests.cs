using Namesake.Core.Receivers;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Receivers;

public sealed class KnownLimitsTests
{
    private static SiteId Site(string name) => new(name);

    [Theory]
    [InlineData("aspmx.l.google.com", 5, 50)]
    [InlineData("acme-com.mail.protection.outlook.com", 5, 50)]
    [InlineData("mta7.am0.yahoodns.net", 10, 20)]
    [InlineData("mx01.mail.icloud.com", 10, 5)]
    [InlineData("mx1.comcast.net", 25, 1000)]
    [InlineData("smtp-in.orange.fr", 2, 100)]
    [InlineData("mx.unheard-of.test", 10, 100)]
    public void Large_receivers_are_known_by_their_hosts(string host, int connections, int messages)
    {
        var limits = KnownLimits.For(SiteRules.SiteOf([DomainName.Parse(host)]), []);
        Assert.Equal((connections, messages, null), (limits.Connections, limits.MessagesPerConnection, limits.MessagesPerMinute));
    }

    [Fact]
    public void A_domain_with_two_operators_is_given_the_lower_of_each_limit()
    {
        var limits = KnownLimits.For(Site("google.com+icloud.com"), []);
        Assert.Equal((5, 5), (limits.Connections, limits.MessagesPerConnection));
    }

    [Fact]
    public void An_entry_for_one_of_two_operators_holds_for_both_of_them_together() =>
        Assert.Equal(2, KnownLimits.For(Site("google.com+icloud.com"), [new SiteRule(["google.com"], 2, null, null)]).Connections);

    [Fact]
    public void An_entry_that_names_the_site_goes_before_the_star_and_leaves_open_what_it_does_not_say()
    {
        SiteRule everywhere = new([], 3, null, 10), google = new(["google.com"], null, 7, null);
        Assert.Equal(new SiteLimits { Connections = 5, MessagesPerConnection = 7 }, KnownLimits.For(Site("google.com"), [everywhere, google]));
        Assert.Equal(new SiteLimits { Connections = 3, MessagesPerConnection = 100, MessagesPerMinute = 10 }, KnownLimits.For(Site("other.test"), [everywhere, google]));
    }

    [Fact]
    public void Of_two_operators_rates_the_lower_counts_also_of_all_sources_together()
    {
        SiteLimits one = new() { MessagesPerMinuteInAll = 90 }, other = new() { MessagesPerMinuteInAll = 30 };
        Assert.Equal(30, one.AndAlso(other).MessagesPerMinuteInAll);
        Assert.Equal(90, one.AndAlso(new SiteLimits()).MessagesPerMinuteInAll);
        Assert.Equal(90, new SiteRule(["google.com"], null, null, null, MessagesPerMinuteInAll: 90).Over(other).MessagesPerMinuteInAll);
    }

    [Fact]
    public void A_route_keeps_its_own_connections_whatever_the_star_says()
    {
        SiteRule everywhere = new([], 3, 4, 10), route = new(["route:mail.test:25"], null, 9, null);
        Assert.Equal(new SiteLimits { Connections = 20, MessagesPerConnection = null }, KnownLimits.ForRoute(Site("route:other.test:25"), 20, [everywhere, route]));
        Assert.Equal(new SiteLimits { Connections = 20, MessagesPerConnection = 9 }, KnownLimits.ForRoute(Site("route:mail.test:25"), 20, [everywhere, route]));
    }
}
