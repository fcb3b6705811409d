using System.Net;
using Namesake.Core.Dns;
using Namesake.Demo;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Survey;

/// <summary>Resolvers beside each other, and what is known of their honesty.</summary>
public sealed class ResolverViewTests
{
    private static readonly IPRange Loopback = IPRange.Parse("127.0.0.0/8");

    [Fact]
    public async Task Resolvers_that_are_configured_are_asked_and_no_others()
    {
        await using var one = Resolver("127.0.1.1", "mail.acme.example");
        await using var other = Resolver("127.0.2.1", "old.acme.example");
        await using var world = SurveyWorld.Open(settings => settings with { Resolvers = [one.EndPoint, other.EndPoint], TreatAsPublic = [Loopback] });
        var survey = await world.AskAsync();
        Assert.Equal([("mail.acme.example", "127.0.1.0/24", true), ("old.acme.example", "127.0.2.0/24", true)],
            survey.Resolvers.Select(word => (word.Best.Content!, word.Resolver.Operator, word.Resolver.IsPublic)).Order());
    }

    [Fact]
    public async Task A_resolver_that_invents_answers_is_caught()
    {
        await using var liar = Resolver("127.0.1.1", "mail.acme.example");
        await using var honest = Resolver("127.0.2.1", "mail.acme.example");
        liar.SetFault("*", DemoDnsFault.Invents);
        await using var world = SurveyWorld.Open(settings => settings with { Resolvers = [liar.EndPoint, honest.EndPoint] });
        Assert.Equal([true, false], (await world.Survey.ExamineResolversAsync(TestContext.Current.CancellationToken)).Select(exam => exam.Lies));
        Assert.Equal([false, true], (await world.AskAsync()).Resolvers.Select(word => word.IsBelieved));
    }

    [Fact]
    public async Task A_resolver_is_examined_once_for_many_names()
    {
        await using var world = SurveyWorld.Open();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => world.AskAsync($"{i}.113.0.203.in-addr.arpa")));
        var asked = world.Hosting.ResolverServer.QuestionsAsked;
        var exams = await world.Survey.ExamineResolversAsync(TestContext.Current.CancellationToken);
        Assert.Equal((asked, DnsOutcome.NameError), (world.Hosting.ResolverServer.QuestionsAsked, Assert.Single(exams).Absent.Outcome));
    }

    [Fact]
    public async Task Strangers_are_asked_only_so_often_a_minute()
    {
        await using var stranger = Resolver("127.0.1.1", "mail.acme.example");
        await using var world = SurveyWorld.Open(settings => settings with { Resolvers = [stranger.EndPoint], TreatAsPublic = [Loopback], PublicQuestionsPerMinute = 40 });
        var surveys = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => world.AskAsync($"{i}.113.0.203.in-addr.arpa")));
        Assert.InRange(surveys.Count(survey => !survey.Resolvers.IsEmpty), 20, 30);
        Assert.InRange(stranger.QuestionsAsked, 40, 60);
    }

    [Fact]
    public async Task A_silent_resolver_is_not_asked_for_each_name()
    {
        await using var silent = Resolver("127.0.1.1", "mail.acme.example");
        silent.SetFault("*", DemoDnsFault.Silent);
        await using var world = SurveyWorld.Open(settings => settings with { Resolvers = [silent.EndPoint] });
        var word = Assert.Single((await world.AskAsync()).Resolvers);
        Assert.Equal((DnsOutcome.TimedOut, false), (word.Best.Outcome, word.Best.WasAsked));
        Assert.Equal(0, silent.QuestionsAbout(SurveyWorld.Pointer));
    }

    [Theory]
    [InlineData("8.8.4.4", "Google", true)]
    [InlineData("2620:fe::fe", "Quad9", true)]
    [InlineData("192.168.1.1", "192.168.1.0/24", false)]
    [InlineData("2a00:1450:4001:81b::53", "2a00:1450:4001::/48", true)]
    public void Operators_are_known_or_guessed_by_their_network(string address, string name, bool isPublic)
    {
        var resolver = Network.Dns.Survey.KnownResolvers.Of(new IPEndPoint(IPAddress.Parse(address), 53), []);
        Assert.Equal((name, isPublic), (resolver.Operator, resolver.IsPublic));
    }

    private static DemoDnsServer Resolver(string address, string pointer)
    {
        var server = new DemoDnsServer(new IPEndPoint(IPAddress.Parse(address), 0), new DemoZones(), DemoDnsRole.Resolver, TimeProvider.System);
        server.Zones.AddZone(SurveyWorld.Reverse, "ns1.host.example");
        server.Zones.SetRecord(SurveyWorld.Pointer, RecordType.Ptr, pointer);
        return server;
    }
}
