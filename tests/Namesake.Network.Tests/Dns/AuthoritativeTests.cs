using Namesake.Core.Dns;
using Namesake.Demo;

namespace Namesake.Network.Tests.Dns;

public sealed class AuthoritativeTests
{
    private const string Reverse = "113.0.203.in-addr.arpa";
    private const string Name = "5.113.0.203.in-addr.arpa";

    private static readonly string[] BothServers = ["ns1.host.example", "ns2.host.example"];

    [Fact]
    public async Task Every_server_of_the_zone_is_asked_itself_and_named()
    {
        await using var hosting = TwoServers(out var second);
        hosting.SetEverywhere(Name, RecordType.Ptr, "mail.acme.example");
        var answers = await hosting.AskAsync(Name);
        Assert.Equal(Reverse, answers.Zone!.Value);
        Assert.Null(answers.Trouble);
        Assert.Equal(["ns1.host.example 127.0.0.61", "ns2.host.example 127.0.0.62"], answers.Answers.Select(answer => answer.Server).Order());
        Assert.All(answers.Answers, answer => Assert.Equal(
            (DnsOutcome.Answer, true, "mail.acme.example", Name),
            (answer.Outcome, answer.Authoritative, answer.Pointers.Single().Target, answer.Name.Value)));
        Assert.Equal(1, second.QuestionsAbout(Name));
    }

    [Fact]
    public async Task Servers_that_disagree_are_both_heard_and_memory_is_not_asked()
    {
        await using var hosting = TwoServers(out var second);
        hosting.SetEverywhere(Name, RecordType.Ptr, "mail.acme.example");
        await hosting.AskAsync(Name);
        second.Zones.SetRecord(Name, RecordType.Ptr, "old.acme.example");
        hosting.First.Zones.RemoveRecord(Name, RecordType.Ptr);
        var answers = await hosting.AskAsync(Name);
        Assert.Equal([(DnsOutcome.NameError, ""), (DnsOutcome.Answer, "old.acme.example")], ByServer(answers));
    }

    [Theory]
    [InlineData(DemoDnsFault.Lame, DnsOutcome.Lame)]
    [InlineData(DemoDnsFault.Refused, DnsOutcome.Refused)]
    [InlineData(DemoDnsFault.ServerFailure, DnsOutcome.ServerFailure)]
    [InlineData(DemoDnsFault.Garbage, DnsOutcome.Malformed)]
    public async Task A_server_that_fails_is_shown_beside_the_one_that_answers(DemoDnsFault fault, DnsOutcome expected)
    {
        await using var hosting = TwoServers(out var second);
        hosting.SetEverywhere(Name, RecordType.Ptr, "mail.acme.example");
        second.SetFault(Name, fault);
        var answers = await hosting.AskAsync(Name);
        Assert.Equal([(DnsOutcome.Answer, "mail.acme.example"), (expected, "")], ByServer(answers));
        Assert.Single(answers.Definite);
    }

    [Fact]
    public async Task A_server_that_points_elsewhere_is_lame()
    {
        await using var hosting = TwoServers(out var second);
        hosting.SetEverywhere(Name, RecordType.Ptr, "mail.acme.example");
        second.Zones.RemoveZone(Reverse);
        second.Zones.AddZone("203.in-addr.arpa", "ns2.host.example");
        second.Zones.SetRecord(Reverse, RecordType.NS, "ns9.host.example");
        Assert.Equal([(DnsOutcome.Answer, "mail.acme.example"), (DnsOutcome.Lame, "")], ByServer(await hosting.AskAsync(Name)));
    }

    [Fact]
    public async Task A_server_that_is_down_is_unreachable()
    {
        await using var hosting = TwoServers(out var second);
        hosting.SetEverywhere(Name, RecordType.Ptr, "mail.acme.example");
        await second.DisposeAsync();
        Assert.Equal([(DnsOutcome.Answer, "mail.acme.example"), (DnsOutcome.Unreachable, "")], ByServer(await hosting.AskAsync(Name)));
    }

    [Fact]
    public async Task A_silent_server_is_listed_and_does_not_silence_the_others()
    {
        await using var hosting = TwoServers(out var second, TimeProvider.System);
        hosting.SetEverywhere(Name, RecordType.Ptr, "mail.acme.example");
        second.SetFault(Name, DemoDnsFault.Silent);
        Assert.Equal([(DnsOutcome.Answer, "mail.acme.example"), (DnsOutcome.TimedOut, "")], ByServer(await hosting.AskAsync(Name)));
        Assert.Equal(2, second.QuestionsAbout(Name)); // two tries
    }

    [Fact]
    public async Task A_server_that_was_silent_is_asked_once_and_briefly_until_it_replies_or_half_a_minute_has_passed()
    {
        var clock = new SetClock();
        await using var hosting = TwoServers(out var second, clock, TimeSpan.FromSeconds(1));
        hosting.SetEverywhere(Name, RecordType.Ptr, "mail.acme.example");

        second.SetFault(Name, DemoDnsFault.Silent);
        Assert.Equal((2, 1, 1), (await AskedAsync(), await AskedAsync(), await AskedAsync()));
        clock.Ahead = TimeSpan.FromSeconds(30);
        Assert.Equal((2, 1), (await AskedAsync(), await AskedAsync()));

        second.SetFault(Name, DemoDnsFault.None);
        Assert.Equal([(DnsOutcome.Answer, "mail.acme.example"), (DnsOutcome.Answer, "mail.acme.example")], ByServer(await hosting.AskAsync(Name)));
        second.SetFault(Name, DemoDnsFault.Silent);
        Assert.Equal((2, 1), (await AskedAsync(), await AskedAsync()));

        async Task<int> AskedAsync()
        {
            var before = second.QuestionsAbout(Name);
            Assert.Equal([(DnsOutcome.Answer, "mail.acme.example"), (DnsOutcome.TimedOut, "")], ByServer(await hosting.AskAsync(Name)));
            return second.QuestionsAbout(Name) - before;
        }
    }

    [Fact]
    public async Task Where_all_are_silent_all_are_listed_and_nothing_is_definite()
    {
        await using var hosting = TwoServers(out var second);
        hosting.SetEverywhere(Name, RecordType.Ptr, "mail.acme.example");
        await hosting.AskAsync(Name);
        hosting.First.SetFault("*", DemoDnsFault.Silent);
        second.SetFault("*", DemoDnsFault.Silent);
        var asking = hosting.AskAsync(Name);
        var answers = await hosting.Clock.WhileTimePassesAsync(asking, TimeSpan.FromSeconds(2), int.MaxValue).WaitAsync(World.Patience);
        Assert.Equal([(DnsOutcome.TimedOut, ""), (DnsOutcome.TimedOut, "")], ByServer(answers));
        Assert.Empty(answers.Definite);
    }

    [Fact]
    public async Task Classless_delegation_is_followed_to_the_customers_servers()
    {
        await using var hosting = TwoServers(out var second);
        Delegate(hosting, second);
        var answers = await hosting.AskAsync(Name);
        Assert.Equal("0-25.113.0.203.in-addr.arpa", answers.Zone!.Value);
        var answer = Assert.Single(answers.Answers);
        Assert.Equal(("ns2.host.example 127.0.0.62", "mail.acme.example", Name), (answer.Server, answer.Pointers.Single().Target, answer.Name.Value));
        Assert.Equal(["5.0-25.113.0.203.in-addr.arpa"], answer.Aliases.Select(alias => alias.Value));
    }

    [Fact]
    public async Task A_parent_server_without_the_alias_stands_beside_the_childs_answer()
    {
        await using var hosting = TwoServers(out var second);
        Delegate(hosting, second);
        var third = hosting.AddServer("ns3.host.example", "127.0.0.63");
        third.Zones.AddZone(Reverse, "ns1.host.example", "ns3.host.example");
        hosting.Known.SetRecord(Reverse, RecordType.NS, "ns1.host.example", "ns3.host.example");
        var answers = await hosting.AskAsync(Name);
        Assert.Equal([(DnsOutcome.Answer, "mail.acme.example"), (DnsOutcome.NameError, "")], ByServer(answers));
        Assert.Equal("ns3.host.example 127.0.0.63", answers.Answers.Single(answer => answer.Outcome == DnsOutcome.NameError).Server);
    }

    [Fact]
    public async Task A_child_zone_nobody_serves_leaves_the_parents_as_witnesses_of_nothing()
    {
        await using var hosting = TwoServers(out var second);
        Delegate(hosting, second);
        hosting.Known.RemoveRecord("ns2.host.example", RecordType.A);
        var answers = await hosting.AskAsync(Name);
        Assert.Empty(answers.Definite);
        Assert.Equal("ns1.host.example 127.0.0.61", Assert.Single(answers.Answers).Server);
    }

    [Fact]
    public async Task An_alias_inside_the_zone_is_followed_at_the_server_that_told_it()
    {
        await using var hosting = TwoServers(out var second);
        hosting.AddZone("acme.example", BothServers, hosting.First, second);
        hosting.SetEverywhere("www.acme.example", RecordType.CName, "web.acme.example");
        hosting.SetEverywhere("web.acme.example", RecordType.A, "203.0.113.5");
        second.Zones.SetRecord("web.acme.example", RecordType.A, "203.0.113.6");
        var answers = await hosting.AskAsync("www.acme.example", RecordType.A);
        Assert.Equal(["203.0.113.5", "203.0.113.6"], answers.Answers.OrderBy(answer => answer.Server).Select(answer => answer.Addresses.Single().ToString()));
        Assert.All(answers.Answers, answer => Assert.Equal(["web.acme.example"], answer.Aliases.Select(alias => alias.Value)));
    }

    [Fact]
    public async Task A_loop_between_two_zones_ends_undecided()
    {
        await using var hosting = TwoServers(out var second);
        hosting.AddZone("a.example", ["ns1.host.example"], hosting.First);
        hosting.AddZone("b.example", ["ns2.host.example"], second);
        hosting.SetEverywhere("x.a.example", RecordType.CName, "x.b.example");
        hosting.SetEverywhere("x.b.example", RecordType.CName, "x.a.example");
        var answers = await hosting.AskAsync("x.a.example", RecordType.A);
        Assert.NotEmpty(answers.Answers);
        Assert.Empty(answers.Definite);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_denied_by_its_zones_servers()
    {
        await using var hosting = TwoServers(out _);
        var answers = await hosting.AskAsync("9.9.113.0.203.in-addr.arpa");
        Assert.Equal(Reverse, answers.Zone!.Value);
        Assert.Equal([(DnsOutcome.NameError, ""), (DnsOutcome.NameError, "")], ByServer(answers));
    }

    [Fact]
    public async Task Servers_once_known_are_asked_although_the_resolver_is_dead()
    {
        await using var hosting = TwoServers(out _);
        hosting.SetEverywhere(Name, RecordType.Ptr, "mail.acme.example");
        await hosting.AskAsync(Name);
        await hosting.ResolverServer.DisposeAsync();
        hosting.Clock.Advance(TimeSpan.FromDays(3)); // every TTL is over
        var answers = await hosting.AskAsync(Name);
        Assert.Equal([(DnsOutcome.Answer, "mail.acme.example"), (DnsOutcome.Answer, "mail.acme.example")], ByServer(answers));
        Assert.True(hosting.Resolver.ResolvingInDoubt);
        var unknown = await hosting.AskAsync("www.never-asked.example", RecordType.A);
        Assert.Empty(unknown.Answers);
        Assert.Contains("never-asked.example", unknown.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zone_once_known_is_kept_while_the_resolver_fails_below_its_parent()
    {
        await using var hosting = TwoServers(out var second);
        hosting.AddZone("203.in-addr.arpa", ["ns1.host.example"], hosting.First);
        hosting.SetEverywhere(Name, RecordType.Ptr, "mail.acme.example");
        await hosting.AskAsync(Name);
        hosting.ResolverServer.SetFault(Name, DemoDnsFault.ServerFailure);
        hosting.ResolverServer.SetFault(Reverse, DemoDnsFault.ServerFailure);
        hosting.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(Reverse, (await hosting.AskAsync(Name)).Zone!.Value);
        Assert.Equal(2, second.QuestionsAbout(Name));
        // One never asked before: its zone is taken for the parent, whose server doesn't claim to know it.
        hosting.ResolverServer.SetFault("*", DemoDnsFault.None);
        hosting.ResolverServer.SetFault("6." + Reverse, DemoDnsFault.ServerFailure);
        hosting.First.Zones.RemoveZone(Reverse);
        Assert.Equal("203.in-addr.arpa", (await hosting.AskAsync("6." + Reverse)).Zone!.Value);
        hosting.ResolverServer.ClearFault("6." + Reverse);
        hosting.ResolverServer.ClearFault(Reverse);
        Assert.Equal(Reverse, (await hosting.AskAsync("6." + Reverse)).Zone!.Value);
    }

    [Fact]
    public async Task A_server_that_moved_is_found_when_its_old_address_is_over()
    {
        await using var hosting = TwoServers(out var second);
        hosting.SetEverywhere(Name, RecordType.Ptr, "mail.acme.example");
        await hosting.AskAsync(Name);
        await second.DisposeAsync();
        var moved = hosting.AddServer("ns2.host.example", "127.0.0.64");
        moved.Zones.AddZone(Reverse, BothServers);
        moved.Zones.SetRecord(Name, RecordType.Ptr, "mail.acme.example");
        hosting.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Contains((await hosting.AskAsync(Name)).Answers, answer => answer.Server == "ns2.host.example 127.0.0.64" && answer.Outcome == DnsOutcome.Answer);
    }

    [Fact]
    public async Task No_more_than_eight_servers_are_asked()
    {
        await using var hosting = Hosting.Open();
        var names = Enumerable.Range(1, 12).Select(i => $"ns{i}.host.example").ToArray();
        hosting.AddZone(Reverse, names, hosting.First);
        for (var i = 2; i <= 12; i++)
            hosting.AddServer($"ns{i}.host.example", $"127.0.0.{100 + i}").Zones.AddZone(Reverse, names);
        hosting.SetEverywhere(Name, RecordType.Ptr, "mail.acme.example");
        Assert.Equal(8, (await hosting.AskAsync(Name)).Answers.Length);
    }

    [Fact]
    public async Task A_resolver_that_answers_with_authority_is_one_of_the_servers_on_any_port()
    {
        await using var world = new World(settings => settings with { AuthoritativePort = 9 }, DemoDnsRole.Authoritative);
        world.Zones.AddZone(Reverse, "ns1.brand.example");
        world.Zones.SetRecord("ns1.brand.example", RecordType.A, "127.0.0.1"); // itself, on a port nobody could guess
        world.Zones.SetRecord(Name, RecordType.Ptr, "mail.brand.example");
        var answers = await world.AskAuthoritativeAsync(Name, RecordType.Ptr);
        var answer = Assert.Single(answers.Answers);
        Assert.Equal(($"resolver {world.Server.EndPoint}", true, "mail.brand.example"), (answer.Server, answer.Authoritative, answer.Pointers.Single().Target));
        Assert.Equal(Reverse, answers.Zone!.Value);
        world.Zones.RemoveRecord(Name, RecordType.Ptr);
        Assert.Equal(DnsOutcome.NameError, Assert.Single((await world.AskAuthoritativeAsync(Name, RecordType.Ptr)).Answers).Outcome);
    }

    [Fact]
    public async Task A_resolver_that_merely_remembers_is_not_one_of_the_servers()
    {
        await using var hosting = TwoServers(out _);
        hosting.SetEverywhere(Name, RecordType.Ptr, "mail.acme.example");
        Assert.DoesNotContain((await hosting.AskAsync(Name)).Answers, answer => answer.Server.StartsWith("resolver", StringComparison.Ordinal));
    }

    private static Hosting TwoServers(out DemoDnsServer second, TimeProvider? time = null, TimeSpan? patience = null)
    {
        var hosting = Hosting.Open(settings => settings with { AuthoritativeTryTimeout = patience ?? TimeSpan.FromSeconds(2) }, time);
        second = hosting.AddServer("ns2.host.example", "127.0.0.62");
        hosting.AddZone(Reverse, BothServers, hosting.First, second);
        return hosting;
    }

    /// <summary>RFC 2317: the provider's server holds an alias per address, the customer's server the zone they point into.</summary>
    private static void Delegate(Hosting hosting, DemoDnsServer customer)
    {
        hosting.Known.SetRecord(Reverse, RecordType.NS, "ns1.host.example");
        customer.Zones.RemoveZone(Reverse);
        hosting.AddZone("0-25.113.0.203.in-addr.arpa", ["ns2.host.example"], customer);
        hosting.Known.SetRecord(Name, RecordType.CName, "5.0-25.113.0.203.in-addr.arpa");
        hosting.First.Zones.SetRecord(Name, RecordType.CName, "5.0-25.113.0.203.in-addr.arpa");
        hosting.First.Zones.SetRecord("0-25.113.0.203.in-addr.arpa", RecordType.NS, "ns2.host.example");
        hosting.Known.SetRecord("5.0-25.113.0.203.in-addr.arpa", RecordType.Ptr, "mail.acme.example");
        customer.Zones.SetRecord("5.0-25.113.0.203.in-addr.arpa", RecordType.Ptr, "mail.acme.example");
    }

    private static IEnumerable<(DnsOutcome, string)> ByServer(AuthoritativeAnswers answers) =>
        answers.Answers.OrderBy(answer => answer.Server, StringComparer.Ordinal).Select(answer => (answer.Outcome, answer.Pointers.FirstOrDefault()?.Target ?? ""));

    /// <summary>The system's, but that the test sets its time of day.</summary>
    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
