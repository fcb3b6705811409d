using Namesake.Core.Dns;
using Namesake.Demo;

namespace Namesake.Network.Tests.Dns.Survey;

public sealed class SurveyTests
{
    [Fact]
    public async Task Every_address_of_every_server_is_asked_over_both_transports_and_timed()
    {
        await using var world = SurveyWorld.Open();
        var survey = await world.AskAsync();
        Assert.Equal((SurveyEnding.Complete, "test", "mail.acme.example", false), (survey.Ending, survey.Vantage, survey.Content, survey.IsAbsent));
        var step = Assert.Single(survey.Steps);
        Assert.Equal(SurveyWorld.Reverse, step.Zone!.Value);
        Assert.Equal(["ns1.host.example 127.0.0.61", "ns2.host.example 127.0.0.62"], step.Servers.Select(server => server.ToString()).Order());
        Assert.All(step.Servers.SelectMany(server => server.Words), word => Assert.True(word is { Outcome: DnsOutcome.Answer, Answer.Authoritative: true, WasAsked: true } && word.Took > TimeSpan.Zero, word.ToString()));
        Assert.All(step.Servers, server => Assert.Equal(DnsTransport.Tcp, server.Tcp!.Transport));
        var zone = Assert.Single(survey.Zones);
        Assert.All(zone.Servers, server => Assert.Equal((2, TimeSpan.FromMinutes(5)), (server.Names!.Value.Length, server.Start!.NegativeTtl)));
        Assert.Equal(["ns1.host.example", "ns2.host.example"], Assert.Single(zone.Parent!.Referrals).Names.Select(name => name.Value).Order());
        Assert.Equal("mail.acme.example", Assert.Single(survey.Resolvers).Best.Content);
        Assert.Equal(TimeSpan.FromMinutes(5), survey.Remembered);
    }

    [Theory]
    [InlineData(DemoDnsFault.ServerFailure, DnsOutcome.ServerFailure)]
    [InlineData(DemoDnsFault.Refused, DnsOutcome.Refused)]
    [InlineData(DemoDnsFault.Lame, DnsOutcome.Lame)]
    [InlineData(DemoDnsFault.Garbage, DnsOutcome.Malformed)]
    [InlineData(DemoDnsFault.TruncatedAlways, DnsOutcome.Truncated)]
    [InlineData(DemoDnsFault.Silent, DnsOutcome.TimedOut)]
    public async Task What_goes_wrong_is_kept_apart_and_the_other_server_is_heard(DemoDnsFault fault, DnsOutcome expected)
    {
        await using var world = SurveyWorld.Open();
        world.Second.SetFault(SurveyWorld.Pointer, fault);
        var step = (await world.AskAsync()).Last!;
        var second = step.Servers.Single(server => server.Server.Value == "ns2.host.example");
        Assert.Equal((expected, expected), (second.Udp.Outcome, second.Tcp!.Outcome));
        Assert.Equal(["ns2.host.example"], step.Unheard.Select(name => name.Value));
        Assert.Equal(["mail.acme.example"], step.Contents);
    }

    [Fact]
    public async Task Cut_short_over_UDP_is_whole_over_TCP()
    {
        await using var world = SurveyWorld.Open(settings => settings with { EveryNameOverTcp = false });
        world.Second.SetFault(SurveyWorld.Pointer, DemoDnsFault.Truncated);
        var step = (await world.AskAsync()).Last!;
        var second = step.Servers.Single(server => server.Server.Value == "ns2.host.example");
        Assert.Equal((DnsOutcome.Truncated, "mail.acme.example"), (second.Udp.Outcome, second.Tcp!.Content));
        Assert.Null(step.Servers.Single(server => server.Server.Value == "ns1.host.example").Tcp);
        Assert.Empty(step.Unheard);
    }

    [Fact]
    public async Task Absence_is_kept_apart_and_its_memory_known()
    {
        await using var world = SurveyWorld.Open();
        world.SetPointer();
        foreach (var zones in new[] { world.First.Zones, world.Second.Zones })
            zones.RemoveRecord(SurveyWorld.Pointer, RecordType.Ptr);
        world.Second.Zones.SetRecord(SurveyWorld.Pointer, RecordType.Txt, "something else stands here");
        var survey = await world.AskAsync();
        Assert.Equal([DnsOutcome.NameError, DnsOutcome.NoData], survey.Last!.Servers.OrderBy(server => server.Server.Value).Select(server => server.Udp.Outcome));
        Assert.Equal((true, TimeSpan.FromMinutes(5)), (survey.IsAbsent, survey.Remembered));
    }

    [Fact]
    public async Task A_thousand_names_of_one_zone_ask_for_the_delegation_once()
    {
        await using var world = SurveyWorld.Open(settings => settings with { TryTimeout = TimeSpan.FromSeconds(15) });
        var surveys = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => world.AskAsync($"{i % 250}.113.0.203.in-addr.arpa")));
        Assert.All(surveys, survey => Assert.Equal((SurveyEnding.Complete, 2), (survey.Ending, survey.Last!.Servers.Length)));
        Assert.All(surveys, survey => Assert.Empty(survey.Last!.Unheard));
        Assert.Equal(1, world.Parent.QuestionsAbout(SurveyWorld.Reverse));
        Assert.Equal(3, world.Second.QuestionsAbout(SurveyWorld.Reverse)); // SOA over UDP and TCP, NS
        Assert.InRange(world.Second.Connections, 1, 100); // for a thousand questions: one for each that was under way, and again after a pause
    }

    [Fact]
    public async Task A_server_that_was_silent_is_not_asked_for_each_name_and_asked_again_when_that_is_wanted()
    {
        await using var world = SurveyWorld.Open();
        world.Second.SetFault("*", DemoDnsFault.Silent);
        var first = await world.AskAsync();
        await world.AskAsync("6.113.0.203.in-addr.arpa");
        Assert.Equal(0, world.Second.QuestionsAbout(SurveyWorld.Pointer));
        Assert.All(first.Last!.Servers.Single(server => server.Server.Value == "ns2.host.example").Words, word => Assert.Equal((DnsOutcome.TimedOut, false), (word.Outcome, word.WasAsked)));
        world.Second.ClearFault("*");
        var again = await world.AskAsync(oldest: TimeSpan.Zero);
        Assert.Empty(again.Last!.Unheard);
    }

    [Fact]
    public async Task A_server_the_zone_above_still_names_is_asked_too()
    {
        await using var world = SurveyWorld.Open();
        world.Hosting.AddServer("ns-old.host.example", "127.0.0.66");
        world.Parent.Zones.SetRecord(SurveyWorld.Reverse, RecordType.NS, "ns1.host.example", "ns2.host.example", "ns-old.host.example", "ns-gone.host.example");
        var survey = await world.AskAsync();
        Assert.Equal(DnsOutcome.Refused, survey.Last!.Servers.Single(server => server.Server.Value == "ns-old.host.example").Udp.Outcome);
        Assert.Equal("ns-gone.host.example", Assert.Single(survey.Zones[0].WithoutAddress).Value);
        Assert.Equal(4, Assert.Single(survey.Zones[0].Parent!.Referrals).Names.Length);
    }

    [Fact]
    public async Task A_parent_that_serves_the_zone_itself_shows_no_delegation()
    {
        await using var world = SurveyWorld.Open();
        world.Parent.Zones.AddZone(SurveyWorld.Reverse, "ns1.host.example", "ns2.host.example");
        var zone = Assert.Single((await world.AskAsync()).Zones);
        Assert.Equal((DnsOutcome.Answer, true), Assert.Single(zone.Parent!.Words.Select(word => (word.Outcome, word.ServesChild))));
        Assert.Empty(zone.Parent.Referrals);
    }

    [Fact]
    public async Task No_more_servers_and_addresses_are_asked_than_is_allowed()
    {
        await using var world = SurveyWorld.Open(settings => settings with { MostServers = 3, MostAddresses = 2, MostAddressesInAll = 4 });
        world.Hosting.Known.SetRecord("ns1.host.example", RecordType.A, "127.0.0.61", "127.0.0.71", "127.0.0.72");
        world.Hosting.Known.SetRecord("ns2.host.example", RecordType.A, "127.0.0.62", "127.0.0.73");
        world.Hosting.Known.SetRecord("ns3.host.example", RecordType.A, "127.0.0.74", "127.0.0.75");
        world.Hosting.Known.SetRecord("ns4.host.example", RecordType.A, "127.0.0.76");
        world.Hosting.Known.SetRecord(SurveyWorld.Reverse, RecordType.NS, "ns1.host.example", "ns2.host.example", "ns3.host.example", "ns4.host.example");
        var servers = (await world.AskAsync()).Last!.Servers;
        Assert.Equal(["127.0.0.61", "127.0.0.62", "127.0.0.71", "127.0.0.74"], servers.Select(server => server.Address.ToString()).Order());
    }

    [Fact]
    public async Task Both_families_of_a_server_have_their_place()
    {
        await using var world = SurveyWorld.Open(settings => settings with { MostAddresses = 2 });
        world.Hosting.Known.SetRecord("ns2.host.example", RecordType.A, "127.0.0.62", "127.0.0.73");
        world.Hosting.Known.SetRecord("ns2.host.example", RecordType.Aaaa, "::1");
        var servers = (await world.AskAsync()).Last!.Servers.Where(server => server.Server.Value == "ns2.host.example");
        Assert.Equal(["127.0.0.62", "::1"], servers.Select(server => server.Address.ToString()));
    }

    [Fact]
    public async Task When_time_is_over_who_has_not_answered_was_not_asked()
    {
        await using var world = SurveyWorld.OpenStepped(settings => settings with { TotalTime = TimeSpan.FromSeconds(20), TryTimeout = TimeSpan.FromSeconds(30) });
        world.Second.SetFault(SurveyWorld.Pointer, DemoDnsFault.Silent);
        var asking = world.AskAsync();
        while (world.Second.QuestionsAbout(SurveyWorld.Pointer) < 2)
            await Task.Yield();
        world.Hosting.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.All((await asking).Last!.Servers.Single(server => server.Server.Value == "ns2.host.example").Words, word => Assert.Equal((DnsOutcome.TimedOut, false), (word.Outcome, word.WasAsked)));
    }

    [Fact]
    public async Task A_dead_resolver_leaves_everything_unknown_and_says_so()
    {
        await using var world = SurveyWorld.Open();
        world.Hosting.ResolverServer.SetFault("*", DemoDnsFault.Silent);
        var survey = await world.AskAsync();
        Assert.Equal((SurveyEnding.NoZone, null as string), (survey.Ending, survey.Content));
        Assert.Contains("does not say which zone", survey.Trouble, StringComparison.Ordinal);
        Assert.False(Assert.Single(survey.Resolvers).Best.WasAsked);
    }
}
