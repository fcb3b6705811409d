using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Brands;
using Namesake.Core.Dns;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Routing;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Routing;

public sealed class RouterTests : IDnsLookup
{
    private readonly FakeTimeProvider _time = new();
    private readonly Dictionary<(string, RecordType), (DnsOutcome Outcome, DnsRecord[] Records)> _answers = [];
    private readonly TimeSpan _ttl = TimeSpan.FromMinutes(10);
    private int _questions;
    private RelayModel _model = new() { Node = "test", Brands = new BrandDirectory([]), Sources = new SourceDirectory([]) };

    public bool ResolvingInDoubt => false;

    private Router Router => field ??= new Router(this, () => _model, _time);

    [Fact]
    public async Task Hosts_are_tried_by_preference()
    {
        MX("sink.test", (20, "b.test"), (10, "a.test"));
        Address("a.test", "8.8.4.1");
        Address("b.test", "8.8.4.2");

        Assert.Equal(["a.test", "b.test"], (await ReachAsync("sink.test")).Hops.Select(hop => hop.Host));
    }

    [Fact]
    public async Task Without_an_MX_the_domains_own_address_is_one()
    {
        Say("sink.test", RecordType.MX, DnsOutcome.NoData);
        Address("sink.test", "8.8.4.1");

        Assert.Equal("implicit MX", (await ReachAsync("sink.test")).How);
    }

    [Theory]
    [InlineData(DnsOutcome.NameError, 550)]
    [InlineData(DnsOutcome.ServerFailure, 451)]
    [InlineData(DnsOutcome.TimedOut, 451)]
    public async Task What_DNS_says_is_final_and_what_it_does_not_say_is_not(DnsOutcome outcome, int code)
    {
        Say("sink.test", RecordType.MX, outcome);

        Assert.Equal(code, await RefusedAsync("sink.test"));
    }

    [Fact]
    public async Task A_null_MX_is_a_permanent_refusal()
    {
        Say("sink.test", RecordType.MX, DnsOutcome.Answer, new MXRecord(0, null, _ttl));

        Assert.Equal(556, await RefusedAsync("sink.test"));
    }

    [Fact]
    public async Task Private_addresses_are_never_dialled_for_an_MX()
    {
        MX("sink.test", (10, "a.test"));
        Address("a.test", "10.0.0.1");

        Assert.Equal(550, await RefusedAsync("sink.test"));
    }

    [Fact]
    public async Task A_private_host_beside_one_that_DNS_does_not_tell_is_not_final()
    {
        MX("sink.test", (10, "a.test"), (20, "b.test"));
        Address("a.test", "10.0.0.1");
        Say("b.test", RecordType.A, DnsOutcome.ServerFailure);

        Assert.Equal(451, await RefusedAsync("sink.test"));
    }

    [Fact]
    public async Task The_first_route_that_matches_wins_over_MX()
    {
        _model = _model with
        {
            Routes =
            [
                Route("192.0.2.1", ["sink.test"], []), Route("192.0.2.2", [], ["sink.test"]), Route("2001:db8::1", [], []),
            ],
        };

        Assert.Equal("192.0.2.1", (await ReachAsync("sink.test")).Hops[0].Host);
        Assert.Equal("192.0.2.2", (await ReachAsync("sub.sink.test")).Hops[0].Host);
        Assert.Equal(IPAddress.Parse("2001:db8::1"), (await ReachAsync("other.test")).Hops[0].Address);
    }

    [Theory]
    [InlineData("192.0.2.9:2525", "192.0.2.9", 2525)]
    [InlineData("[2001:db8::9]:25", "2001:db8::9", 25)]
    public async Task The_way_back_overrides_everything(string via, string address, int port)
    {
        var plan = Assert.IsType<Reachable>(await Router.PlanAsync(DomainName.Parse("sink.test"), via, TestContext.Current.CancellationToken));

        Assert.Equal((IPAddress.Parse(address), port, RouteIdentity.Internal), (plan.Hops[0].Address, plan.Hops[0].Port, plan.Identity));
    }

    [Fact]
    public async Task A_plan_lives_as_long_as_its_records_and_its_model()
    {
        MX("sink.test", (10, "a.test"));
        Address("a.test", "8.8.4.1");
        await ReachAsync("sink.test");
        var asked = _questions;
        await ReachAsync("sink.test");
        Assert.Equal(asked, _questions);

        _time.Advance(_ttl);
        await ReachAsync("sink.test");
        Assert.Equal(2 * asked, _questions);

        _model = _model with { Node = "another" };
        Assert.Null(Router.Known(DomainName.Parse("sink.test"), null));
    }

    [Fact]
    public async Task Hosts_of_one_preference_are_tried_in_any_order()
    {
        MX("sink.test", (10, "a.test"), (10, "b.test"), (10, "c.test"));
        foreach (var host in new[] { "a", "b", "c" })
            Address($"{host}.test", "8.8.4.1");
        var orders = new HashSet<string>();
        for (var i = 0; i < 200; i++)
        {
            orders.Add(string.Concat((await ReachAsync("sink.test")).Hops.Select(hop => hop.Host[0])));
            _time.Advance(_ttl);
        }

        Assert.Equal(6, orders.Count);
    }

    [Fact]
    public async Task Hosts_no_better_than_ourselves_are_left_out_on_both_sides_of_the_shuffle()
    {
        _model = Ours();
        MX("sink.test", (10, "best.test"), (20, "us.test"), (20, "equal.test"), (30, "worse.test"));
        Address("best.test", "8.8.4.1");
        Address("us.test", "8.8.8.8");
        Address("equal.test", "8.8.4.2");
        Address("worse.test", "8.8.4.3");
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(["best.test"], (await ReachAsync("sink.test")).Hops.Select(hop => hop.Host));
            _time.Advance(_ttl);
        }
    }

    public Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _questions);
        var (outcome, records) = _answers.GetValueOrDefault((name.Value, type), (DnsOutcome.NoData, []));
        return Task.FromResult(new DnsAnswer(name, type, outcome, [.. records], [], _ttl, false, false, "test", _time.GetUtcNow()));
    }

    public Task<DnsAnswer> AskFreshAsync(DomainName name, RecordType type, CancellationToken cancellation) => AskAsync(name, type, cancellation);

    public Task<AuthoritativeAnswers> AskAuthoritativeAsync(DomainName name, RecordType type, CancellationToken cancellation) => throw new NotSupportedException();

    private static RouteModel Route(string host, ImmutableArray<string> domains, ImmutableArray<string> suffixes) =>
        new([.. domains.Select(DomainName.Parse)], [.. suffixes.Select(DomainName.Parse)], host, 25, RouteIdentity.Delegated);

    private static RelayModel Ours() => new()
    {
        Node = "test",
        Brands = new BrandDirectory([]),
        Sources = new SourceDirectory([new Source { Id = new SourceId("a"), LocalAddress = IPAddress.Parse("8.8.8.8"), PublicAddress = IPAddress.Parse("8.8.8.8"), Ehlo = HostName.Parse("us.test") }]),
        Listeners = [new ListenerModel(new IPEndPoint(IPAddress.Any, 25), null, [], null, false, null, false)],
    };

    private void Say(string name, RecordType type, DnsOutcome outcome, params DnsRecord[] records) => _answers[(name, type)] = (outcome, records);

    private void MX(string name, params (int Preference, string Host)[] hosts) =>
        Say(name, RecordType.MX, DnsOutcome.Answer, [.. hosts.Select(host => new MXRecord(host.Preference, DomainName.Parse(host.Host), _ttl))]);

    private void Address(string name, string address) => Say(name, RecordType.A, DnsOutcome.Answer, new AddressRecord(IPAddress.Parse(address), _ttl));

    private async Task<Reachable> ReachAsync(string domain) =>
        Assert.IsType<Reachable>(await Router.PlanAsync(DomainName.Parse(domain), null, TestContext.Current.CancellationToken));

    private async Task<int> RefusedAsync(string domain) =>
        Assert.IsType<Unroutable>(await Router.PlanAsync(DomainName.Parse(domain), null, TestContext.Current.CancellationToken)).Reply.Code;
}
