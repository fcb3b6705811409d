using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;

namespace Namesake.Core.Tests.Plans;

/// <summary>What our resolvers say of a plan's records, and what of it a plan waits for or stands back from.</summary>
public sealed class PlanResolverTests
{
    private const string Mail = "mail.acme.example";

    private readonly PlanWorld _world = PlanWorld.Before();
    private readonly Plan _plan = PlanWorld.WholePlan();
    private readonly string _before = PlanWorld.Before().Picture;
    private readonly DateTimeOffset _start;

    public PlanResolverTests() => _start = _world.Time.GetUtcNow();

    private DateTimeOffset Now => _world.Time.GetUtcNow();

    private Task<PlanOutcome> ApplyAsync() => _world.Runner().ApplyAsync(_plan, new ApplyWish(), null, default);

    private IEnumerable<string> Told(PlanEvent kind) => _world.Disk.History(_plan.Id).Entries.Where(entry => entry.Event == kind).Select(entry => entry.Text);

    private DateTimeOffset At(PlanEvent kind, int number) => _world.Disk.History(_plan.Id).Entries.Where(entry => entry.Event == kind).ElementAt(number).At;

    private static DnsAnswer Says(DnsAnswer answer, TimeSpan ttl, params string[] addresses) => answer with
    {
        Outcome = addresses.Length == 0 ? DnsOutcome.NameError : DnsOutcome.Answer,
        Records = [.. addresses.Select(address => new AddressRecord(IPAddress.Parse(address), ttl))],
        Ttl = ttl,
    };

    /// <summary>One resolver, which says this of the mail name and is right else.</summary>
    private void Resolver(Func<DnsAnswer, DnsAnswer> says) => _world.Dns.Resolvers = answer => [answer.Name.Value == Mail ? says(answer) : answer];

    [Fact]
    public async Task What_a_resolver_remembers_of_before_is_told_with_its_end_and_is_no_failure()
    {
        Resolver(answer => Says(answer, _start + TimeSpan.FromHours(1) - Now));
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync()).End);

        Assert.Contains("A mail.acme.example: resolver says that there is none, old until 09:15:00 UTC", Told(PlanEvent.Seen).First(), StringComparison.Ordinal);
        Assert.True(Now - _start < TimeSpan.FromSeconds(10)); // An hour is more than a plan may take: it isn't waited for.
        var seen = Assert.Single(_world.Disk.History(_plan.Id).Entries, entry => entry.Event == PlanEvent.Looked).Seen;
        Assert.Equal(SeenVerdict.Agrees, seen[0].Names);
        Assert.Contains(seen[0].Words, word => word.EndsWith("old until 09:15:00 UTC", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_memory_that_ends_within_our_time_is_waited_for_before_the_PTR_record()
    {
        Resolver(answer => Now < _start + TimeSpan.FromSeconds(20) ? Says(answer, _start + TimeSpan.FromSeconds(20) - Now) : answer);
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync()).End);

        Assert.InRange(At(PlanEvent.Writing, 1) - _start, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));
        Assert.DoesNotContain("old until", Told(PlanEvent.Seen).First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resolver_that_still_says_something_else_when_its_memory_has_ended_is_told_and_takes_nothing_back()
    {
        Resolver(answer => Says(answer, TimeSpan.FromSeconds(5), "198.51.100.80"));
        var outcome = await ApplyAsync();

        Assert.Equal(PlanEnd.Applied, outcome.End);
        Assert.Contains(Told(PlanEvent.Seen), text => text.Contains("198.51.100.80", StringComparison.Ordinal) && text.Contains("its memory had ended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_resolver_that_fails_where_the_servers_answer_is_told_and_takes_nothing_back()
    {
        Resolver(answer => answer with { Outcome = DnsOutcome.ServerFailure, Records = [], Ttl = TimeSpan.Zero });
        var outcome = await ApplyAsync();

        Assert.Equal(PlanEnd.Applied, outcome.End);
        Assert.Contains("perhaps DNSSEC", Told(PlanEvent.Seen).First(), StringComparison.Ordinal);
        Assert.Equal(SeenVerdict.NotSeen, outcome.Seen[0].Names);
    }

    [Fact]
    public async Task Where_another_resolver_answers_one_that_fails_leaves_the_name_seen()
    {
        _world.Dns.Resolvers = answer => [answer with { Outcome = DnsOutcome.ServerFailure, Records = [], Ttl = TimeSpan.Zero, Server = "resolver one" }, answer with { Server = "resolver two" }];
        var outcome = await ApplyAsync();

        Assert.Equal(SeenVerdict.Agrees, outcome.Seen[0].Names);
        Assert.Contains(outcome.Seen[0].Words, word => word.Contains("and by resolver two", StringComparison.Ordinal));
        Assert.Contains(outcome.Seen[0].Words, word => word.Contains("resolver one fails", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_resolver_that_is_away_is_not_waited_for()
    {
        _world.Dns.Resolvers = answer => [answer with { Outcome = DnsOutcome.TimedOut, Records = [], Ttl = TimeSpan.Zero }];
        var outcome = await ApplyAsync();

        Assert.Equal((PlanEnd.Applied, SeenVerdict.Agrees), (outcome.End, outcome.Seen[0].Names));
        Assert.True(Now - _start < TimeSpan.FromSeconds(10));
    }
}
