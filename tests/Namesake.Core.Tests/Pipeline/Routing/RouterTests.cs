using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Brands;
using Namesake.Core.Dns;
using Namesake.Core.Pipeline;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Routing;

public sealed class RouterTests
{
    private readonly PaperDns _dns = new();

    [Fact]
    public async Task Hosts_are_tried_by_preference()
    {
        _dns.MX("sink.test", (20, "b.test"), (10, "a.test"));
        _dns.Address("a.test", "8.8.4.1");
        _dns.Address("b.test", "8.8.4.2");

        Assert.Equal(["a.test", "b.test"], (await _dns.ReachAsync("sink.test")).Hops.Select(hop => hop.Host));
    }

    [Fact]
    public async Task Whose_mail_it_is_the_best_hosts_tell_and_not_those_that_step_in()
    {
        _dns.MX("sink.test", (1, "aspmx.l.google.com"), (5, "alt1.aspmx.l.google.com"), (20, "mx.backup.test"));
        _dns.Address("aspmx.l.google.com", "8.8.4.1");
        _dns.Address("alt1.aspmx.l.google.com", "8.8.4.2");
        _dns.Address("mx.backup.test", "8.8.4.3");

        var way = await _dns.ReachAsync("sink.test");

        Assert.Equal(("google.com", 5), (way.Site.Value, way.Connections));
        Assert.Equal(3, way.Hops.Length);
    }

    [Fact]
    public async Task A_best_host_whose_address_DNS_does_not_tell_just_now_still_tells_whose_mail_it_is()
    {
        _dns.MX("sink.test", (1, "aspmx.l.google.com"), (20, "mx.backup.test"));
        _dns.Say("aspmx.l.google.com", RecordType.A, DnsOutcome.ServerFailure);
        _dns.Address("mx.backup.test", "8.8.4.3");

        var way = await _dns.ReachAsync("sink.test");

        Assert.Equal(("google.com", true, false), (way.Site.Value, way.IsPartial, way.IsBest(Assert.Single(way.Hops))));
    }

    [Fact]
    public async Task Operators_that_share_the_load_are_one_site_with_the_limits_of_each()
    {
        _dns.MX("sink.test", (10, "aspmx.l.google.com"), (10, "mx01.mail.icloud.com"));
        _dns.Address("aspmx.l.google.com", "8.8.4.1");
        _dns.Address("mx01.mail.icloud.com", "8.8.4.2");

        var way = await _dns.ReachAsync("sink.test");

        Assert.Equal(("google.com+icloud.com", 5, 5), (way.Site.Value, way.Limits.Connections, way.Limits.MessagesPerConnection));
    }

    [Fact]
    public async Task Without_an_MX_the_domains_own_address_is_one()
    {
        _dns.Say("sink.test", RecordType.MX, DnsOutcome.NoData);
        _dns.Address("sink.test", "8.8.4.1");

        Assert.Equal("implicit MX", (await _dns.ReachAsync("sink.test")).How);
    }

    [Theory]
    [InlineData(DnsOutcome.NameError, 550)]
    [InlineData(DnsOutcome.ServerFailure, 451)]
    [InlineData(DnsOutcome.TimedOut, 451)]
    public async Task What_DNS_says_is_final_and_what_it_does_not_say_is_not(DnsOutcome outcome, int code)
    {
        _dns.Say("sink.test", RecordType.MX, outcome);

        Assert.Equal(code, await _dns.RefusedAsync("sink.test"));
    }

    [Fact]
    public async Task A_null_MX_is_a_permanent_refusal()
    {
        _dns.Say("sink.test", RecordType.MX, DnsOutcome.Answer, new MXRecord(0, null, _dns.Ttl));

        Assert.Equal(556, await _dns.RefusedAsync("sink.test"));
    }

    [Fact]
    public async Task A_null_MX_beside_real_ones_is_a_mistake_and_no_refusal()
    {
        _dns.MX("sink.test", (0, ""), (10, "a.test"));
        _dns.Address("a.test", "8.8.4.1");

        Assert.Equal(["a.test"], (await _dns.ReachAsync("sink.test")).Hops.Select(hop => hop.Host));
    }

    [Fact]
    public async Task An_MX_without_an_address_is_no_reason_for_the_domains_own()
    {
        _dns.MX("sink.test", (10, "a.test"));
        _dns.Address("sink.test", "8.8.4.1");

        Assert.Equal(550, await _dns.RefusedAsync("sink.test"));
    }

    [Theory]
    [InlineData("us.test")]
    [InlineData("sink.test")]
    public async Task A_domain_whose_best_host_is_this_relay_would_loop(string host)
    {
        _dns.Model = Ours();
        if (host == "us.test")
            _dns.MX("sink.test", (10, host), (20, "worse.test"));
        _dns.Address(host, "8.8.8.8");
        _dns.Address("worse.test", "8.8.4.1");

        Assert.Equal(554, await _dns.RefusedAsync("sink.test"));
    }

    [Fact]
    public async Task A_relay_that_accepts_no_mail_from_outside_is_nobodys_host()
    {
        _dns.Model = Ours() with { Listeners = [new ListenerModel(new IPEndPoint(IPAddress.Any, 587), null, [], null, false, null, false)] };
        _dns.MX("sink.test", (10, "us.test"));
        _dns.Address("us.test", "8.8.8.8");

        Assert.Equal("us.test", (await _dns.ReachAsync("sink.test")).Hops[0].Host);
    }

    [Fact]
    public async Task Behind_a_translation_a_public_address_of_ours_takes_mail_for_the_server_behind_us()
    {
        var source = new Source { Id = new SourceId("a"), LocalAddress = IPAddress.Parse("10.0.0.5"), PublicAddress = IPAddress.Parse("8.8.8.8"), Ehlo = HostName.Parse("us.test") };
        _dns.Model = Ours() with { Sources = new SourceDirectory([source]) };
        _dns.MX("sink.test", (10, "us.test"));
        _dns.Address("us.test", "8.8.8.8");

        Assert.Equal("us.test", (await _dns.ReachAsync("sink.test")).Hops[0].Host);
    }

    [Theory]
    [InlineData("8.8.8.9", 554)] // the listener's own address
    [InlineData("8.8.8.8", 0)] // a source's, on which nothing listens
    public async Task A_listener_on_one_address_is_that_address(string host, int refused)
    {
        _dns.Model = Ours() with { Listeners = [new ListenerModel(new IPEndPoint(IPAddress.Parse("8.8.8.9"), 25), null, [], null, false, null, false)] };
        _dns.MX("sink.test", (10, "us.test"));
        _dns.Address("us.test", host);

        Assert.Equal(refused, await _dns.PlanAsync("sink.test") is Unroutable nowhere ? nowhere.Reply.Code : 0);
    }

    [Fact]
    public async Task Private_addresses_are_never_dialled_for_an_MX()
    {
        _dns.MX("sink.test", (10, "a.test"));
        _dns.Address("a.test", "10.0.0.1");

        Assert.Equal(550, await _dns.RefusedAsync("sink.test"));
    }

    [Fact]
    public async Task A_private_host_beside_one_that_DNS_does_not_tell_is_not_final()
    {
        _dns.MX("sink.test", (10, "a.test"), (20, "b.test"));
        _dns.Address("a.test", "10.0.0.1");
        _dns.Say("b.test", RecordType.A, DnsOutcome.ServerFailure);

        Assert.Equal(451, await _dns.RefusedAsync("sink.test"));
    }

    [Fact]
    public async Task The_first_route_that_matches_wins_over_MX()
    {
        _dns.Model = _dns.Model with
        {
            Routes =
            [
                Route("192.0.2.1", ["sink.test"], []), Route("192.0.2.2", [], ["sink.test"]), Route("2001:db8::1", [], []),
            ],
        };

        Assert.Equal("192.0.2.1", (await _dns.ReachAsync("sink.test")).Hops[0].Host);
        Assert.Equal("192.0.2.2", (await _dns.ReachAsync("sub.sink.test")).Hops[0].Host);
        Assert.Equal(IPAddress.Parse("2001:db8::1"), (await _dns.ReachAsync("other.test")).Hops[0].Address);
    }

    [Theory]
    [InlineData("192.0.2.9:2525", "192.0.2.9", 2525)]
    [InlineData("[2001:db8::9]:25", "2001:db8::9", 25)]
    public async Task The_way_back_overrides_everything(string via, string address, int port)
    {
        var plan = Assert.IsType<Reachable>(await _dns.Router.PlanAsync(DomainName.Parse("sink.test"), via, TestContext.Current.CancellationToken));

        Assert.Equal((IPAddress.Parse(address), port, RouteIdentity.Internal), (plan.Hops[0].Address, plan.Hops[0].Port, plan.Identity));
    }

    [Fact]
    public async Task A_plan_lives_as_long_as_its_records_and_what_leads_mail()
    {
        _dns.MX("sink.test", (10, "a.test"));
        _dns.Address("a.test", "8.8.4.1");
        await _dns.ReachAsync("sink.test");
        var asked = _dns.Questions;
        await _dns.ReachAsync("sink.test");
        Assert.Equal(asked, _dns.Questions);

        _dns.Time.Advance(_dns.Ttl);
        await _dns.ReachAsync("sink.test");
        Assert.Equal(2 * asked, _dns.Questions);

        _dns.Model = _dns.Model with { Node = "another" };
        Assert.NotNull(_dns.Router.Known(DomainName.Parse("sink.test"), null));
        _dns.Model = _dns.Model with { Sites = [new SiteRule([], 3, null, null)] };
        Assert.Null(_dns.Router.Known(DomainName.Parse("sink.test"), null));
    }

    [Fact]
    public async Task Hosts_of_one_preference_are_tried_in_any_order()
    {
        _dns.MX("sink.test", (10, "a.test"), (10, "b.test"), (10, "c.test"));
        foreach (var host in new[] { "a", "b", "c" })
            _dns.Address($"{host}.test", "8.8.4.1");
        var orders = new HashSet<string>();
        for (var i = 0; i < 200; i++)
        {
            orders.Add(string.Concat((await _dns.ReachAsync("sink.test")).Hops.Select(hop => hop.Host[0])));
            _dns.Time.Advance(_dns.Ttl);
        }

        Assert.Equal(6, orders.Count);
    }

    [Fact]
    public async Task Hosts_no_better_than_ourselves_are_left_out_on_both_sides_of_the_shuffle()
    {
        _dns.Model = Ours();
        _dns.MX("sink.test", (10, "best.test"), (20, "us.test"), (20, "equal.test"), (30, "worse.test"));
        _dns.Address("best.test", "8.8.4.1");
        _dns.Address("us.test", "8.8.8.8");
        _dns.Address("equal.test", "8.8.4.2");
        _dns.Address("worse.test", "8.8.4.3");
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(["best.test"], (await _dns.ReachAsync("sink.test")).Hops.Select(hop => hop.Host));
            _dns.Time.Advance(_dns.Ttl);
        }
    }

    private static RouteModel Route(string host, ImmutableArray<string> domains, ImmutableArray<string> suffixes) =>
        new([.. domains.Select(DomainName.Parse)], [.. suffixes.Select(DomainName.Parse)], host, 25, RouteIdentity.Delegated);

    private static RelayModel Ours() => new()
    {
        Node = "test",
        Brands = new BrandDirectory([]),
        Sources = new SourceDirectory([new Source { Id = new SourceId("a"), LocalAddress = IPAddress.Parse("8.8.8.8"), PublicAddress = IPAddress.Parse("8.8.8.8"), Ehlo = HostName.Parse("us.test") }]),
        Listeners = [new ListenerModel(new IPEndPoint(IPAddress.Any, 25), null, [], null, false, null, false)],
    };
}
