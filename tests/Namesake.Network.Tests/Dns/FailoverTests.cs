using System.Net;
using Namesake.Core.Dns;
using Namesake.Demo;
using Namesake.Network.Dns;

namespace Namesake.Network.Tests.Dns;

public sealed class FailoverTests
{
    private const string Name = "mail.brand.example";

    [Theory]
    [InlineData(DemoDnsFault.ServerFailure)]
    [InlineData(DemoDnsFault.Refused)]
    [InlineData(DemoDnsFault.Garbage)]
    [InlineData(DemoDnsFault.Silent)]
    public async Task The_next_resolver_is_asked_where_one_makes_no_statement(DemoDnsFault fault)
    {
        var zones = new DemoZones();
        await using var bad = new DemoDnsServer(new IPEndPoint(IPAddress.Loopback, 0), zones, DemoDnsRole.Resolver, TimeProvider.System);
        bad.SetFault("*", fault);
        await using var world = new World(settings => settings with { Resolvers = [bad.EndPoint, .. settings.Resolvers] });
        world.Zones.SetRecord(Name, RecordType.A, "203.0.113.5");
        var asking = world.AskAsync(Name);
        var answer = fault == DemoDnsFault.Silent ? await world.WhileTimePassesAsync(asking) : await asking;
        Assert.Equal((DnsOutcome.Answer, $"resolver {world.Server.EndPoint}"), (answer.Outcome, answer.Server));
        Assert.False(world.Resolver.ResolvingInDoubt);
    }

    [Fact]
    public async Task A_silent_resolver_is_asked_last_for_a_while()
    {
        await using var silent = new DemoDnsServer(new IPEndPoint(IPAddress.Loopback, 0), new DemoZones(), DemoDnsRole.Resolver, TimeProvider.System);
        silent.SetFault("*", DemoDnsFault.Silent);
        await using var world = new World(settings => settings with { Resolvers = [silent.EndPoint, .. settings.Resolvers] });
        world.Zones.SetRecord(Name, RecordType.A, TimeSpan.Zero, "203.0.113.5");
        await world.WhileTimePassesAsync(world.AskAsync(Name));
        // The clock stands still now: were the silent one asked first again, this would never end.
        Assert.Equal($"resolver {world.Server.EndPoint}", (await world.AskAsync(Name)).Server);
        silent.ClearFault("*");
        silent.Zones.AddZone("brand.example", "ns1.brand.example");
        silent.Zones.SetRecord(Name, RecordType.A, TimeSpan.Zero, "203.0.113.77");
        world.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("203.0.113.77", (await world.AskAsync(Name)).Addresses.Single().ToString());
    }

    [Fact]
    public async Task What_a_resolver_said_is_told_rather_than_another_ones_silence()
    {
        await using var failing = new DemoDnsServer(new IPEndPoint(IPAddress.Loopback, 0), new DemoZones(), DemoDnsRole.Resolver, TimeProvider.System);
        failing.SetFault("*", DemoDnsFault.ServerFailure);
        var closed = new DemoDnsServer(new IPEndPoint(IPAddress.Loopback, 0), new DemoZones(), DemoDnsRole.Resolver, TimeProvider.System);
        await closed.DisposeAsync();
        await using var world = new World(settings => settings with { Resolvers = [closed.EndPoint, failing.EndPoint] });
        Assert.Equal(DnsOutcome.ServerFailure, (await world.AskAsync(Name)).Outcome);
    }

    [Fact]
    public async Task Resolving_is_in_doubt_from_the_first_failure_to_the_next_definite_answer()
    {
        await using var world = new World();
        world.Zones.SetRecord(Name, RecordType.A, TimeSpan.FromSeconds(10), "203.0.113.5");
        Assert.False(world.Resolver.ResolvingInDoubt); // nothing was asked yet
        await world.AskAsync(Name);
        Assert.False(world.Resolver.ResolvingInDoubt);
        world.Server.SetFault("*", DemoDnsFault.ServerFailure);
        await world.AskAsync(Name); // from memory: says nothing about the resolver
        Assert.False(world.Resolver.ResolvingInDoubt);
        await world.AskFreshAsync(Name);
        Assert.True(world.Resolver.ResolvingInDoubt);
        world.Server.SetFault("*", DemoDnsFault.None);
        Assert.Equal(DnsOutcome.NameError, (await world.AskAsync("nobody.brand.example")).Outcome); // an absence is definite too
        Assert.False(world.Resolver.ResolvingInDoubt);
    }

    [Fact]
    public async Task A_dead_resolver_puts_resolving_in_doubt()
    {
        await using var world = new World();
        await world.Server.DisposeAsync();
        Assert.Equal(DnsOutcome.Unreachable, (await world.AskAsync(Name)).Outcome);
        Assert.True(world.Resolver.ResolvingInDoubt);
        var answers = await world.AskAuthoritativeAsync(Name);
        Assert.Empty(answers.Answers);
        Assert.Contains(world.Server.EndPoint.ToString(), answers.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_validating_resolvers_word_is_passed_on()
    {
        await using var world = new World();
        world.Zones.SetRecord(Name, RecordType.A, TimeSpan.Zero, "203.0.113.5");
        Assert.False((await world.AskAsync(Name)).Authenticated);
        world.Server.Validates = true;
        Assert.True((await world.AskAsync(Name)).Authenticated);
    }

    [Fact]
    public void The_systems_resolvers_are_read_from_its_file()
    {
        string[] file =
        [
            "# nameserver 192.0.2.1", "search example.org", "nameserver 192.0.2.53", "nameserver\t2001:db8::53 # comment",
            "nameserver fe80::1%1", "nameserver nonsense", "nameserver", "options edns0",
        ];
        Assert.Equal(["192.0.2.53:53", "[2001:db8::53]:53", "[fe80::1%1]:53"], SystemResolvers.Read(file).Select(server => server.ToString()));
        Assert.Equal(["127.0.0.1:53"], SystemResolvers.Read(["search example.org"]).Select(server => server.ToString()));
    }

    [Fact]
    public void A_changed_file_is_read_again_and_a_missing_one_keeps_what_was_known()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "nameserver 192.0.2.1\n");
        var system = new SystemResolvers(path);
        Assert.Equal("192.0.2.1:53", Assert.Single(system.Current).ToString());
        File.WriteAllText(path, "nameserver 192.0.2.2\n");
        File.SetLastWriteTimeUtc(path, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal("192.0.2.2:53", Assert.Single(system.Current).ToString());
        File.Delete(path);
        Assert.Equal("192.0.2.2:53", Assert.Single(system.Current).ToString());
        Assert.Equal("127.0.0.1:53", Assert.Single(new SystemResolvers(path).Current).ToString());
    }
}
