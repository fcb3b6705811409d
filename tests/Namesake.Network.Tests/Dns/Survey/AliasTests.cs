using Namesake.Core.Dns;
using Namesake.Demo;

namespace Namesake.Network.Tests.Dns.Survey;

/// <summary>CNAMEs of classless reverse zones, as each zone's servers tell them.</summary>
public sealed class AliasTests
{
    private const string Child = "0-15." + SurveyWorld.Reverse, InChild = "5." + Child;

    [Fact]
    public async Task The_chain_into_a_child_zone_is_walked_step_by_step()
    {
        await using var world = SurveyWorld.Open();
        Lead(world, SurveyWorld.Pointer, InChild);
        var customer = Serve(world, Child);
        customer.Zones.SetRecord(InChild, RecordType.Ptr, "mail.acme.example");
        var survey = await world.AskAsync();
        Assert.Equal([(SurveyWorld.Pointer, SurveyWorld.Reverse), (InChild, Child)], survey.Steps.Select(step => (step.At.Value, step.Zone!.Value)));
        Assert.Equal((SurveyEnding.Complete, "mail.acme.example"), (survey.Ending, survey.Content));
        Assert.All(survey.Steps[0].Servers.SelectMany(server => server.Words), word => Assert.Equal($"CNAME {InChild}", word.Content));
        Assert.Equal(2, survey.Zones.Length);
    }

    [Fact]
    public async Task A_loop_inside_a_zone_ends_although_its_servers_give_up()
    {
        await using var world = SurveyWorld.Open();
        Lead(world, SurveyWorld.Pointer, "a." + SurveyWorld.Reverse);
        Lead(world, "a." + SurveyWorld.Reverse, SurveyWorld.Pointer);
        var survey = await world.AskAsync();
        Assert.Equal((SurveyEnding.Loop, 2), (survey.Ending, survey.Steps.Length));
    }

    [Fact]
    public async Task A_loop_between_two_zones_ends()
    {
        await using var world = SurveyWorld.Open();
        Lead(world, SurveyWorld.Pointer, InChild);
        Serve(world, Child).Zones.SetRecord(InChild, RecordType.CName, SurveyWorld.Pointer);
        var survey = await world.AskAsync();
        Assert.Equal((SurveyEnding.Loop, 2), (survey.Ending, survey.Steps.Length));
        Assert.Null(survey.Content);
    }

    [Fact]
    public async Task A_chain_that_does_not_end_is_given_up()
    {
        await using var world = SurveyWorld.Open();
        Lead(world, SurveyWorld.Pointer, "a0." + SurveyWorld.Reverse);
        for (var i = 0; i < 10; i++)
            Lead(world, $"a{i}.{SurveyWorld.Reverse}", $"a{i + 1}.{SurveyWorld.Reverse}");
        var survey = await world.AskAsync();
        Assert.Equal((SurveyEnding.TooDeep, 6), (survey.Ending, survey.Steps.Length));
    }

    [Fact]
    public async Task The_way_most_servers_tell_is_walked_and_the_other_is_seen()
    {
        await using var world = SurveyWorld.Open();
        Lead(world, SurveyWorld.Pointer, InChild);
        Serve(world, Child).Zones.SetRecord(InChild, RecordType.Ptr, "mail.acme.example");
        world.Second.Zones.RemoveRecord(SurveyWorld.Pointer, RecordType.CName);
        world.Second.Zones.SetRecord(SurveyWorld.Pointer, RecordType.Ptr, "old.acme.example");
        var survey = await world.AskAsync();
        Assert.Equal([$"CNAME {InChild}", "old.acme.example"], survey.Steps[0].Contents.Order());
        Assert.Equal("mail.acme.example", survey.Content);
    }

    [Fact]
    public async Task A_child_zone_that_nobody_serves_is_seen_as_such()
    {
        await using var world = SurveyWorld.Open();
        Lead(world, SurveyWorld.Pointer, InChild);
        world.Hosting.AddZone(Child, ["ns-customer.host.example"]);
        world.Hosting.AddServer("ns-customer.host.example", "127.0.0.67");
        foreach (var zones in new[] { world.First.Zones, world.Second.Zones })
            zones.SetRecord(Child, RecordType.NS, "ns-customer.host.example");
        var survey = await world.AskAsync();
        Assert.Equal(DnsOutcome.Refused, Assert.Single(survey.Last!.Servers).Udp.Outcome);
        Assert.Empty(survey.Last.Contents);
    }

    [Theory]
    [InlineData("0/28")]
    [InlineData("0-28")]
    [InlineData("0-15")]
    public async Task A_child_zone_nobody_points_into_is_found(string label)
    {
        await using var world = SurveyWorld.Open();
        foreach (var zones in new[] { world.Hosting.Known, world.First.Zones, world.Second.Zones })
        {
            zones.RemoveRecord(SurveyWorld.Pointer, RecordType.Ptr);
            zones.SetRecord($"{label}.{SurveyWorld.Reverse}", RecordType.NS, "ns-customer.host.example");
        }
        Assert.Equal($"{label}.{SurveyWorld.Reverse}", (await world.AskAsync()).UnusedChildZone?.Value);
        Assert.Null((await world.AskAsync("77.113.0.203.in-addr.arpa")).UnusedChildZone);
    }

    private static void Lead(SurveyWorld world, string name, string target)
    {
        foreach (var zones in new[] { world.Hosting.Known, world.First.Zones, world.Second.Zones })
        {
            zones.RemoveRecord(name, RecordType.Ptr);
            zones.SetRecord(name, RecordType.CName, target);
        }
    }

    private static DemoDnsServer Serve(SurveyWorld world, string zone)
    {
        var customer = world.Hosting.AddServer("ns-customer.host.example", "127.0.0.67");
        world.Hosting.AddZone(zone, ["ns-customer.host.example"], customer);
        foreach (var zones in new[] { world.First.Zones, world.Second.Zones })
            zones.SetRecord(zone, RecordType.NS, "ns-customer.host.example");
        return customer;
    }
}
