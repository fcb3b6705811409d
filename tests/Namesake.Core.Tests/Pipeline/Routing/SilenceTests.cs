using Namesake.Core.Brands;
using Namesake.Core.Dns;
using Namesake.Core.Receivers;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Routing;

/// <summary>A domain that fails is not asked about for every message, and silence does not stop what was known: RFC 2308, RFC 8767.</summary>
public sealed class SilenceTests
{
    private readonly PaperDns _dns = new();

    [Theory]
    [InlineData(DnsOutcome.ServerFailure)]
    [InlineData(DnsOutcome.TimedOut)]
    [InlineData(DnsOutcome.Unreachable)]
    [InlineData(DnsOutcome.Lame)]
    public async Task Silence_is_asked_about_again_ever_later_up_to_five_minutes(DnsOutcome outcome)
    {
        _dns.Say("sink.test", RecordType.MX, outcome);
        foreach (var seconds in new[] { 30, 60, 120, 240, 300, 300 })
        {
            Assert.Equal(451, await _dns.RefusedAsync("sink.test"));
            var asked = _dns.Questions;
            _dns.Time.Advance(TimeSpan.FromSeconds(seconds - 1));
            Assert.Equal(451, await _dns.RefusedAsync("sink.test"));
            Assert.Equal(asked, _dns.Questions);
            _dns.Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Several_that_ask_at_the_same_time_are_one_silence()
    {
        _dns.Say("sink.test", RecordType.MX, DnsOutcome.TimedOut);
        var answering = new TaskCompletionSource();
        _dns.Answering = answering.Task;
        var asking = new[] { _dns.PlanAsync("sink.test"), _dns.PlanAsync("sink.test"), _dns.PlanAsync("sink.test") };

        answering.SetResult();

        Assert.All(await Task.WhenAll(asking), plan => Assert.Equal(_dns.Time.GetUtcNow() + TimeSpan.FromSeconds(30), plan.Until));
    }

    [Fact]
    public async Task Silence_of_our_own_resolver_is_forgotten_when_it_speaks_and_a_domains_own_is_not()
    {
        _dns.Say("dead.test", RecordType.MX, DnsOutcome.ServerFailure);
        Assert.Equal(451, await _dns.RefusedAsync("dead.test"));
        _dns.ResolvingInDoubt = true;
        _dns.Say("sink.test", RecordType.MX, DnsOutcome.TimedOut);
        Assert.Equal(451, await _dns.RefusedAsync("sink.test"));
        var asked = _dns.Questions;
        Assert.Equal(451, await _dns.RefusedAsync("sink.test")); // as long as nobody answers, not for every message
        Assert.Equal(asked, _dns.Questions);

        _dns.ResolvingInDoubt = false;
        _dns.MX("sink.test", (10, "a.test"));
        _dns.Address("a.test", "8.8.4.1");

        await _dns.ReachAsync("sink.test");
        asked = _dns.Questions;
        Assert.Equal(451, await _dns.RefusedAsync("dead.test"));
        Assert.Equal(asked, _dns.Questions);
    }

    [Fact]
    public async Task Silence_about_the_hosts_addresses_is_silence_too()
    {
        _dns.MX("sink.test", (10, "a.test"));
        _dns.Say("a.test", RecordType.A, DnsOutcome.TimedOut);
        _dns.Say("a.test", RecordType.Aaaa, DnsOutcome.TimedOut);
        Assert.Equal(451, await _dns.RefusedAsync("sink.test"));
        _dns.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(451, await _dns.RefusedAsync("sink.test"));
        var asked = _dns.Questions;
        _dns.Time.Advance(TimeSpan.FromSeconds(59));

        Assert.Equal(451, await _dns.RefusedAsync("sink.test"));
        Assert.Equal(asked, _dns.Questions);
    }

    [Fact]
    public async Task An_answer_ends_the_silence_and_its_count()
    {
        _dns.Say("sink.test", RecordType.MX, DnsOutcome.ServerFailure);
        for (var i = 0; i < 6; i++)
        {
            await _dns.RefusedAsync("sink.test");
            _dns.Time.Advance(TimeSpan.FromMinutes(5));
        }

        _dns.MX("sink.test", (10, "a.test"));
        _dns.Address("a.test", "8.8.4.1");
        await _dns.ReachAsync("sink.test");

        // The count begins anew.
        _dns.Say("other.test", RecordType.MX, DnsOutcome.NameError);
        Assert.Equal(550, await _dns.RefusedAsync("other.test"));
        _dns.Time.Advance(_dns.Ttl);
        _dns.Say("sink.test", RecordType.MX, DnsOutcome.ServerFailure);
        Assert.Equal(_dns.Time.GetUtcNow() + TimeSpan.FromSeconds(30), (await _dns.PlanAsync("sink.test")).Until);
    }

    [Theory]
    [InlineData(1, 30)]
    [InlineData(600, 600)]
    [InlineData(86_400, 3600)]
    public async Task An_absence_lives_for_the_zones_negative_TTL_within_bounds(int ttl, int kept)
    {
        _dns.Ttl = TimeSpan.FromSeconds(ttl);
        _dns.Say("nowhere.test", RecordType.MX, DnsOutcome.NameError);
        Assert.Equal(550, await _dns.RefusedAsync("nowhere.test"));
        _dns.Time.Advance(TimeSpan.FromSeconds(kept - 1));
        Assert.Equal(550, await _dns.RefusedAsync("nowhere.test"));
        Assert.Equal(1, _dns.Questions);

        _dns.Time.Advance(TimeSpan.FromSeconds(1));
        await _dns.RefusedAsync("nowhere.test");
        Assert.Equal(2, _dns.Questions);
    }

    [Fact]
    public async Task While_DNS_is_silent_mail_goes_on_by_the_way_last_known_for_a_day()
    {
        _dns.MX("sink.test", (10, "a.test"));
        _dns.Address("a.test", "8.8.4.1");
        await _dns.ReachAsync("sink.test");
        _dns.Say("sink.test", RecordType.MX, DnsOutcome.TimedOut);
        var ended = _dns.Time.GetUtcNow() + _dns.Ttl;

        while (_dns.Time.GetUtcNow() < ended + TimeSpan.FromDays(1))
        {
            _dns.Time.Advance(TimeSpan.FromMinutes(10));
            if (_dns.Time.GetUtcNow() < ended + TimeSpan.FromDays(1))
                Assert.Equal("a.test", Assert.Single((await _dns.ReachAsync("sink.test")).Hops).Host);
        }

        Assert.Equal(451, await _dns.RefusedAsync("sink.test"));
    }

    [Fact]
    public async Task What_DNS_says_ends_what_was_known()
    {
        _dns.MX("sink.test", (10, "a.test"));
        _dns.Address("a.test", "8.8.4.1");
        await _dns.ReachAsync("sink.test");
        _dns.Time.Advance(_dns.Ttl);
        _dns.Say("sink.test", RecordType.MX, DnsOutcome.NameError);
        Assert.Equal(550, await _dns.RefusedAsync("sink.test"));
        _dns.Time.Advance(_dns.Ttl);
        _dns.Say("sink.test", RecordType.MX, DnsOutcome.TimedOut);

        Assert.Equal(451, await _dns.RefusedAsync("sink.test"));
    }

    [Fact]
    public async Task A_reload_that_leads_no_mail_elsewhere_forgets_no_way()
    {
        _dns.MX("sink.test", (10, "a.test"));
        _dns.Address("a.test", "8.8.4.1");
        var before = await _dns.ReachAsync("sink.test");
        var asked = _dns.Questions;
        _dns.Model = _dns.Model with { Brands = new BrandDirectory([]), MaximumMessageBytes = 1_000_000 };
        Assert.Same(before, await _dns.ReachAsync("sink.test"));
        Assert.Equal(asked, _dns.Questions);

        _dns.Time.Advance(_dns.Ttl);
        _dns.Say("sink.test", RecordType.MX, DnsOutcome.TimedOut);
        _dns.Model = _dns.Model with { Node = "another" };
        Assert.EndsWith("DNS does not answer", (await _dns.ReachAsync("sink.test")).How, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_mail_went_is_known_when_the_way_must_be_looked_up_again_and_forgotten_when_there_is_none()
    {
        _dns.MX("sink.test", (10, "a.test"));
        _dns.Address("a.test", "8.8.4.1");
        var way = await _dns.ReachAsync("sink.test");
        _dns.Time.Advance(_dns.Ttl + TimeSpan.FromDays(3));
        Assert.Null(_dns.Router.Known(DomainName.Parse("sink.test"), null));
        Assert.Same(way, _dns.Router.LastKnown(DomainName.Parse("sink.test"), null));

        _dns.Say("sink.test", RecordType.MX, DnsOutcome.NameError);
        Assert.Equal(550, await _dns.RefusedAsync("sink.test"));
        Assert.Null(_dns.Router.LastKnown(DomainName.Parse("sink.test"), null));
    }

    [Fact]
    public async Task A_configuration_that_leads_mail_otherwise_does_not_inherit_the_way()
    {
        _dns.MX("sink.test", (10, "a.test"));
        _dns.Address("a.test", "8.8.4.1");
        await _dns.ReachAsync("sink.test");
        _dns.Say("sink.test", RecordType.MX, DnsOutcome.TimedOut);
        _dns.Model = _dns.Model with { TreatAsPublic = [IPRange.Parse("192.0.2.0/24")] };

        Assert.True(Assert.IsType<Unroutable>(await _dns.PlanAsync("sink.test")).DnsIsSilent);
    }
}
