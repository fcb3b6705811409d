using Microsoft.Extensions.Time.Testing;
using Namesake.Contracts.Tests.Spool;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Storage;

namespace Namesake.Contracts.Tests.Postgres;

/// <summary>Two nodes on one database.</summary>
public sealed class PostgresNodeTests(PostgresCluster cluster) : PostgresNodes(cluster)
{
    private readonly FakeTimeProvider _ahead = new(new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeTimeProvider _behind = new(new DateTimeOffset(2026, 8, 1, 11, 40, 0, TimeSpan.Zero));
    private PostgresSpool _first = null!;
    private PostgresSpool _second = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _first = await OpenAsync(Options("relay1"), _ahead);
        _second = await OpenAsync(Options("relay2"), _behind);
    }

    [Fact]
    public async Task Each_message_is_claimed_by_one_of_the_nodes_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => AcceptAsync(i % 2 == 0 ? _first : _second, claimed: false, domain: $"d{i % 7}.example")));

        var claimed = (await Task.WhenAll(DrainAsync(_first), DrainAsync(_second))).SelectMany(mine => mine).ToList();

        Assert.Equal(300, claimed.Count);
        Assert.Equal(300, claimed.Select(consignment => consignment.Message).Distinct().Count());
    }

    [Fact]
    public async Task Ids_of_two_nodes_are_never_the_same_and_both_see_all_mail()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => AcceptAsync(i % 2 == 0 ? _first : _second, claimed: true)));

        Assert.Equal(100, ids.Select(consignment => consignment.Message).Distinct().Count());
        Assert.Equal(100, (await _first.TotalsAsync(Cancellation)).Messages);
        Assert.Equal(100, (await _second.TotalsAsync(Cancellation)).Recipients);
    }

    [Fact]
    public async Task What_a_living_node_has_claimed_stays_its_own_however_far_the_clocks_are_apart()
    {
        var mine = await AcceptAsync(_second, claimed: true);
        _ahead.Advance(TimeSpan.FromHours(5));

        Assert.True(await _first.BeatNowAsync());

        Assert.Empty(await DueAsync(_first));
        await DeliverAsync(_second, mine);
        Assert.Equal(0, (await _first.TotalsAsync(Cancellation)).Messages);
    }

    [Fact]
    public async Task Mail_of_a_node_that_died_is_taken_over_when_its_lease_has_ended()
    {
        for (var i = 0; i < 20; i++)
            await AcceptAsync(_first, claimed: true);
        await _first.AbandonAsync();

        await _second.BeatNowAsync();
        Assert.Empty(await DueAsync(_second)); // it may still be alive

        await EndLeaseAsync("relay1");
        await _second.BeatNowAsync();

        Assert.Equal(20, (await DrainAsync(_second)).Count);
    }

    [Fact]
    public async Task A_node_that_was_taken_for_dead_can_neither_settle_nor_accept_until_it_has_joined_again()
    {
        var consignment = await AcceptAsync(_first, claimed: true);
        await EndLeaseAsync("relay1");
        await _second.BeatNowAsync();

        await Assert.ThrowsAsync<SpoolUnavailableException>(() => DeliverAsync(_first, consignment));
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => AcceptAsync(_first, claimed: true));
        Assert.Equal(1, (await _second.TotalsAsync(Cancellation)).Messages);
        var taken = Assert.Single(await DrainAsync(_second));

        Assert.False(await _first.BeatNowAsync());

        await DeliverAsync(_first, consignment); // what it had is not its own any more: nothing happens
        Assert.Equal(1, (await _second.TotalsAsync(Cancellation)).Messages);
        await DeliverAsync(_second, taken);
        await DeliverAsync(_first, await AcceptAsync(_first, claimed: true));
        Assert.Equal(0, (await _second.TotalsAsync(Cancellation)).Messages);
        Assert.True(await _first.BeatNowAsync());
    }

    [Fact]
    public async Task A_second_process_of_one_name_is_refused()
    {
        var refused = await Assert.ThrowsAsync<SpoolUnavailableException>(() =>
            PostgresSpool.OpenAsync(Options("relay1") with { JoinPatience = TimeSpan.FromMilliseconds(100) }, _ahead));

        Assert.Contains("Another relay is running as node relay1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queues_that_one_node_forgets_come_back_when_the_other_brings_mail()
    {
        for (var i = 0; i < 3; i++)
            await DeliverAsync(_first, await AcceptAsync(_first, claimed: true, domain: $"d{i}.example"));
        var stranded = await AcceptAsync(_first, claimed: true, domain: "stranded.example");
        await _first.SettleAsync(new Settlement(stranded, [new RecipientResult(0, RecipientFate.Undeliverable, "550 no")], null, []));
        var waiting = await AcceptAsync(_first, claimed: true, domain: "waiting.example");

        await _second.TidyAsync();

        Assert.Equal(2L, await RunAsync("SELECT count(*) FROM queue"));
        var moved = await _first.MoveAsync(waiting, new SourceId("acme-v6"));
        for (var i = 0; i < 3; i++)
            await AcceptAsync(_first, claimed: false, domain: $"d{i}.example"); // it still remembers their ids
        Assert.Equal(3, (await DrainAsync(_second)).Count);
        Assert.Equal(5, (await _second.MessagesAsync(new SpoolFilter(), default, 10, Cancellation)).Length);
        Assert.Equal("acme-v6", moved.Key.Source.Value);
        Assert.Empty((await PostgresCheck.RunAsync(Options("relay1"), repair: false, _ahead, Cancellation)).Findings);
    }

    [Fact]
    public async Task What_one_node_stops_and_lets_go_the_other_hears_and_only_what_is_new()
    {
        await _first.SaveFreezeAsync("ann", "{1}");
        await _first.SaveAsync("suspension:a|b", "{2}");
        await _first.SaveAsync("source:a", "{3}");

        var all = await _second.FreezeChangesAsync(null, Cancellation);
        var lanes = await _second.ChangesAsync("suspension:", null, Cancellation);
        Assert.Equal((true, "{1}"), (all.IsAll, Assert.Single(all.States).Value));
        Assert.Equal((true, "suspension:a|b"), (lanes.IsAll, Assert.Single(lanes.States).Key));

        await RunAsync("UPDATE frozen SET changed = changed - 120000000"); // two minutes later
        await _first.SaveFreezeAsync("bob", "{4}");
        await _first.SaveAsync("suspension:a|b", null);
        var news = await _second.FreezeChangesAsync(all.Until, Cancellation);
        lanes = await _second.ChangesAsync("suspension:", lanes.Until, Cancellation);
        Assert.Equal((false, "bob"), (news.IsAll, Assert.Single(news.States).Key));
        Assert.Equal(new KeyValuePair<string, string?>("suspension:a|b", null), Assert.Single(lanes.States));
        Assert.Equal(["source:a"], (await _second.LoadAsync(Cancellation)).Keys);

        var late = await _second.ChangesAsync("suspension:", lanes.Until.AddDays(-2), Cancellation);
        Assert.Equal((true, 0), (late.IsAll, late.States.Count));
    }

    [Fact]
    public async Task What_is_forgotten_is_gone_after_a_day_and_any_number_of_changes_is_heard()
    {
        await _first.SaveFreezeAsync("ann", "{}");
        await _first.SaveFreezeAsync("ann", null);
        await RunAsync("UPDATE frozen SET changed = changed - 90000000000");
        await RunAsync("INSERT INTO frozen SELECT 'x' || n, '{}', (extract(epoch FROM now()) * 1000000)::bigint FROM generate_series(1, 2500) AS n");

        await _second.TidyAsync();

        Assert.Equal(2_500L, await RunAsync("SELECT count(*) FROM frozen"));
        Assert.Equal(2_500, (await _second.FreezeChangesAsync(null, Cancellation)).States.Count);
    }

    private async Task<Consignment> AcceptAsync(PostgresSpool spool, bool claimed, string domain = "example.org")
    {
        var key = new QueueKey(new BrandId("acme"), new SourceId("acme-v4"), DomainName.Parse(domain));
        var now = _behind.GetUtcNow();
        var mail = SampleMail.New(spool.NextId(), key, claimed, claimed ? now.AddMinutes(5) : now, now.AddDays(5), "Subject: hello\r\n\r\nHello.\r\n"u8.ToArray(), 1);
        return Assert.Single(await spool.AcceptAsync(mail));
    }

    private async Task<IReadOnlyList<QueueSummary>> DueAsync(PostgresSpool spool) => await spool.DueQueuesAsync(_ahead.GetUtcNow(), default, 100);

    private async Task<List<Consignment>> DrainAsync(PostgresSpool spool)
    {
        var claimed = new List<Consignment>();
        while (await DueAsync(spool) is { Count: > 0 } due)
            claimed.AddRange(await spool.ClaimAsync([.. due.Select(queue => queue.Id)], _ahead.GetUtcNow(), 10, (_, _) => _ahead.GetUtcNow().AddHours(1)));
        return claimed;
    }

    /// <summary>As if so much time had passed on the server without a sign of life.</summary>
    private async Task EndLeaseAsync(string node) => await RunAsync($"UPDATE node SET lease_until = now() - interval '1 second' WHERE name = '{node}'");
}
