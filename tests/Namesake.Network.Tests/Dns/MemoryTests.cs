using Namesake.Core.Dns;
using Namesake.Demo;
using Namesake.Network.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns;

public sealed class MemoryTests
{
    private const string Name = "mail.brand.example";

    [Fact]
    public async Task An_answer_is_remembered_for_its_TTL_and_not_longer()
    {
        await using var world = new World();
        world.Zones.SetRecord(Name, RecordType.A, TimeSpan.FromSeconds(60), "203.0.113.5");
        var first = await world.AskAsync(Name);
        world.Zones.SetRecord(Name, RecordType.A, TimeSpan.FromSeconds(60), "203.0.113.6");
        world.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Same(first, await world.AskAsync(Name));
        Assert.Equal(1, world.Server.QuestionsAbout(Name));
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("203.0.113.6", (await world.AskAsync(Name)).Addresses.Single().ToString());
    }

    [Fact]
    public async Task An_absence_is_remembered_as_long_as_its_zone_says()
    {
        await using var world = new World();
        world.Zones.AddZone("quick.example", TimeSpan.FromSeconds(30), "ns1.brand.example");
        Assert.Equal(DnsOutcome.NameError, (await world.AskAsync("new.quick.example")).Outcome);
        world.Zones.SetRecord("new.quick.example", RecordType.A, "203.0.113.5");
        world.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(DnsOutcome.NameError, (await world.AskAsync("new.quick.example")).Outcome);
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(DnsOutcome.Answer, (await world.AskAsync("new.quick.example")).Outcome);
    }

    [Fact]
    public async Task No_memory_outlasts_the_clamps()
    {
        await using var world = new World();
        world.Zones.SetRecord(Name, RecordType.A, TimeSpan.FromDays(30), "203.0.113.5");
        await world.AskAsync(Name);
        world.Clock.Advance(TimeSpan.FromHours(23));
        await world.AskAsync(Name);
        Assert.Equal(1, world.Server.QuestionsAbout(Name));
        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.AskAsync(Name);
        Assert.Equal(2, world.Server.QuestionsAbout(Name));
    }

    [Fact]
    public async Task A_TTL_of_zero_is_asked_each_time()
    {
        await using var world = new World();
        world.Zones.SetRecord(Name, RecordType.A, TimeSpan.Zero, "203.0.113.5");
        await world.AskAsync(Name);
        await world.AskAsync(Name);
        Assert.Equal(2, world.Server.QuestionsAbout(Name));
    }

    [Fact]
    public async Task The_TTL_of_a_chain_is_its_shortest_link()
    {
        await using var world = new World();
        world.Zones.SetRecord("www.brand.example", RecordType.CName, TimeSpan.FromSeconds(20), Name);
        world.Zones.SetRecord(Name, RecordType.A, TimeSpan.FromSeconds(60), "203.0.113.5");
        Assert.Equal(TimeSpan.FromSeconds(20), (await world.AskAsync("www.brand.example")).Ttl);
    }

    [Fact]
    public async Task A_fresh_question_passes_memory_and_renews_it()
    {
        await using var world = new World();
        world.Zones.SetRecord(Name, RecordType.A, "203.0.113.5");
        await world.AskAsync(Name);
        world.Zones.SetRecord(Name, RecordType.A, "203.0.113.6");
        Assert.Equal("203.0.113.6", (await world.AskFreshAsync(Name)).Addresses.Single().ToString());
        Assert.Equal("203.0.113.6", (await world.AskAsync(Name)).Addresses.Single().ToString());
        Assert.Equal(2, world.Server.QuestionsAbout(Name));
    }

    [Fact]
    public async Task Trouble_does_not_push_out_what_is_still_valid()
    {
        await using var world = new World();
        world.Zones.SetRecord(Name, RecordType.A, "203.0.113.5");
        await world.AskAsync(Name);
        world.Server.SetFault(Name, DemoDnsFault.ServerFailure);
        Assert.Equal(DnsOutcome.ServerFailure, (await world.AskFreshAsync(Name)).Outcome);
        Assert.Equal(DnsOutcome.Answer, (await world.AskAsync(Name)).Outcome);
    }

    [Fact]
    public async Task A_hundred_who_ask_the_same_at_once_cost_one_question()
    {
        await using var world = new World();
        world.Zones.SetRecord(Name, RecordType.A, "203.0.113.5");
        world.Server.SetFault(Name, DemoDnsFault.None, delay: TimeSpan.FromSeconds(1)); // on the fake clock: all have asked before it answers
        var asking = Enumerable.Range(0, 100).Select(_ => world.AskAsync(Name)).ToList();
        while (world.Server.QuestionsAbout(Name) == 0)
            await Task.Yield();
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        var answers = await Task.WhenAll(asking);
        Assert.All(answers, answer => Assert.Same(answers[0], answer));
        Assert.Equal(1, world.Server.QuestionsAbout(Name));
    }

    [Fact]
    public async Task One_who_gives_up_does_not_spoil_the_answer_for_the_others()
    {
        await using var world = new World();
        world.Zones.SetRecord(Name, RecordType.A, "203.0.113.5");
        world.Server.SetFault(Name, DemoDnsFault.None, delay: TimeSpan.FromSeconds(1));
        using var impatient = new CancellationTokenSource();
        var first = world.Resolver.AskAsync(DomainName.Parse(Name), RecordType.A, impatient.Token);
        var second = world.AskAsync(Name);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        while (world.Server.QuestionsAbout(Name) == 0)
            await Task.Yield();
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(DnsOutcome.Answer, (await second).Outcome);
    }

    [Fact]
    public async Task Thousands_of_questions_at_once_are_all_answered()
    {
        const int count = 3000;
        await using var world = new World(settings => settings with { InFlight = 64, TryTimeout = TimeSpan.FromHours(1) });
        for (var i = 0; i < count; i++)
            world.Zones.SetRecord($"h{i}.brand.example", RecordType.A, $"10.0.{i / 256}.{i % 256}");
        var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(i => world.AskAsync($"h{i}.brand.example")));
        Assert.Equal(count, answers.Select(answer => answer.Addresses.Single()).Distinct().Count());
    }

    [Fact]
    public void Memory_is_bounded_and_keeps_what_is_used()
    {
        var memory = new DnsMemory<int, string>(100);
        memory.Remember(0, "used", _ => false);
        for (var i = 1; i <= 1000; i++)
        {
            memory.Remember(i, "x", _ => false);
            Assert.Equal("used", memory.Find(0));
        }
        Assert.InRange(Enumerable.Range(0, 1001).Count(i => memory.Find(i) is not null), 1, 101);
        memory.Remember(0, "older", known => known == "used");
        Assert.Equal("used", memory.Find(0));
        memory.Forget(0);
        Assert.Null(memory.Find(0));
    }
}
