using Namesake.Core.Dns;
using Namesake.Demo;

namespace Namesake.Network.Tests.Dns;

public sealed class AliasTests
{
    [Fact]
    public async Task A_chain_is_followed_and_shown()
    {
        await using var world = new World();
        world.Zones.SetRecord("a.brand.example", RecordType.CName, "b.brand.example");
        world.Zones.SetRecord("b.brand.example", RecordType.CName, "c.brand.example");
        world.Zones.SetRecord("c.brand.example", RecordType.A, "203.0.113.5");
        var answer = await world.AskAsync("a.brand.example");
        Assert.Equal("203.0.113.5", answer.Addresses.Single().ToString());
        Assert.Equal(["b.brand.example", "c.brand.example"], answer.Aliases.Select(alias => alias.Value));
        Assert.Equal("a.brand.example", answer.Name.Value);
    }

    [Fact]
    public async Task A_chain_the_server_does_not_follow_is_followed_by_us()
    {
        // An authoritative server as resolver stops where its zone ends.
        await using var world = new World(role: DemoDnsRole.Authoritative);
        world.Zones.AddZone("other.example", "ns1.brand.example");
        world.Zones.SetRecord("a.brand.example", RecordType.CName, "b.other.example");
        world.Zones.SetRecord("b.other.example", RecordType.CName, "c.brand.example");
        world.Zones.SetRecord("c.brand.example", RecordType.A, "203.0.113.5");
        var answer = await world.AskAsync("a.brand.example");
        Assert.Equal(["b.other.example", "c.brand.example"], answer.Aliases.Select(alias => alias.Value));
        Assert.Equal("203.0.113.5", answer.Addresses.Single().ToString());
        Assert.True(answer.Authoritative);
        Assert.Equal(3, world.Server.QuestionsAsked);
    }

    [Fact]
    public async Task A_dangling_alias_is_the_absence_of_its_target()
    {
        await using var world = new World();
        world.Zones.SetRecord("a.brand.example", RecordType.CName, "gone.brand.example");
        var answer = await world.AskAsync("a.brand.example");
        Assert.Equal(DnsOutcome.NameError, answer.Outcome);
        Assert.Equal(["gone.brand.example"], answer.Aliases.Select(alias => alias.Value));
    }

    [Fact]
    public async Task An_alias_to_a_name_without_the_type_is_no_data()
    {
        await using var world = new World();
        world.Zones.SetRecord("a.brand.example", RecordType.CName, "b.brand.example");
        world.Zones.SetRecord("b.brand.example", RecordType.A, "203.0.113.5");
        var answer = await world.AskAsync("a.brand.example", RecordType.Aaaa);
        Assert.Equal(DnsOutcome.NoData, answer.Outcome);
        Assert.Equal(["b.brand.example"], answer.Aliases.Select(alias => alias.Value));
    }

    [Fact]
    public async Task A_loop_across_zones_ends_and_is_not_definite()
    {
        await using var world = new World(role: DemoDnsRole.Authoritative);
        world.Zones.AddZone("other.example", "ns1.brand.example");
        world.Zones.SetRecord("a.brand.example", RecordType.CName, "b.other.example");
        world.Zones.SetRecord("b.other.example", RecordType.CName, "a.brand.example");
        var answer = await world.AskAsync("a.brand.example");
        Assert.Equal(DnsOutcome.Malformed, answer.Outcome);
        Assert.False(answer.IsDefinite);
        Assert.InRange(world.Server.QuestionsAsked, 1, 3);
    }

    [Theory]
    [InlineData(8, DnsOutcome.Answer)]
    [InlineData(9, DnsOutcome.Malformed)]
    public async Task A_chain_may_have_eight_links(int links, DnsOutcome expected)
    {
        await using var world = new World();
        for (var i = 0; i < links; i++)
            world.Zones.SetRecord($"a{i}.brand.example", RecordType.CName, $"a{i + 1}.brand.example");
        world.Zones.SetRecord($"a{links}.brand.example", RecordType.A, "203.0.113.5");
        Assert.Equal(expected, (await world.AskAsync("a0.brand.example")).Outcome);
    }

    [Fact]
    public async Task The_alias_itself_can_be_asked_for()
    {
        await using var world = new World();
        world.Zones.SetRecord("a.brand.example", RecordType.CName, "b.brand.example");
        var answer = await world.AskAsync("a.brand.example", RecordType.CName);
        Assert.Equal(DnsOutcome.Answer, answer.Outcome);
        Assert.Equal(["b.brand.example"], answer.Aliases.Select(alias => alias.Value));
    }

    [Fact]
    public async Task A_referral_is_no_statement_about_the_name()
    {
        await using var world = new World(role: DemoDnsRole.Authoritative);
        world.Zones.SetRecord("child.brand.example", RecordType.NS, "ns.elsewhere.example");
        var answer = await world.AskAsync("mail.child.brand.example");
        Assert.Equal(DnsOutcome.Lame, answer.Outcome);
        Assert.False(answer.IsDefinite);
    }

    [Fact]
    public async Task Mail_exchangers_that_are_no_names_are_not_the_absence_of_mail_exchangers()
    {
        await using var world = new World();
        world.Zones.SetRecord("brand.example", RecordType.MX, "10 not*a*name.example");
        Assert.Equal(DnsOutcome.Malformed, (await world.AskAsync("brand.example", RecordType.MX)).Outcome);
    }
}
