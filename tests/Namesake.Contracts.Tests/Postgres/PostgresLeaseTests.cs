using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Contracts.Tests.Spool;
using Namesake.Core.Brands;
using Namesake.Core.Identity.Leases;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Storage;

namespace Namesake.Contracts.Tests.Postgres;

/// <summary>Two nodes want the same source.</summary>
public sealed class PostgresLeaseTests(PostgresCluster cluster) : PostgresNodes(cluster)
{
    private static readonly SourceId Acme = new("acme-v4");

    [Fact]
    public async Task A_source_is_one_nodes_until_it_gives_it_back()
    {
        var (first, second) = (await OpenAsync("relay1"), await OpenAsync("relay2"));
        var mine = await HoldAsync(first);
        Assert.Equal(("relay1", true, 1L), (mine.Node, mine.IsOurs, mine.Token));

        var theirs = await HoldAsync(second);
        Assert.Equal(mine with { IsOurs = false }, theirs);
        var renewed = await HoldAsync(first);
        Assert.Equal((mine.Since, mine.Token), (renewed.Since, renewed.Token));
        Assert.True(renewed.Until > mine.Until);

        await first.DisposeAsync();

        var taken = await HoldAsync(second);
        Assert.Equal(("relay2", true, 2L), (taken.Node, taken.IsOurs, taken.Token));
    }

    [Fact]
    public async Task A_lease_that_ran_out_is_anybodys_and_its_old_holder_hears_whose_it_is()
    {
        var (first, second) = (await OpenAsync("relay1"), await OpenAsync("relay2"));
        await HoldAsync(first);
        await EndAsync();
        Assert.Equal(1, (await HoldAsync(first)).Token); // nobody had it in between

        await EndAsync();
        Assert.Equal(("relay2", true, 2L), await HoldAsync(second) is var taken ? (taken.Node, taken.IsOurs, taken.Token) : default);

        var told = await HoldAsync(first);
        Assert.Equal(("relay2", false, 2L), (told.Node, told.IsOurs, told.Token));
    }

    [Fact]
    public async Task Another_process_of_the_same_node_waits_for_the_lease_of_one_that_was_killed()
    {
        var first = await OpenAsync("relay1");
        await HoldAsync(first);
        await first.AbandonAsync(); // or was it cut off, and is still sending?

        var second = await OpenAsync("relay1");
        var waits = await HoldAsync(second);
        Assert.Equal(("relay1", false), (waits.Node, waits.IsOurs));

        await EndAsync();
        Assert.True((await HoldAsync(second)).IsOurs);
    }

    [Fact]
    public async Task Each_of_many_sources_that_two_nodes_want_at_once_is_one_nodes()
    {
        var (first, second) = (await OpenAsync("relay1"), await OpenAsync("relay2"));
        var sources = Enumerable.Range(0, 3_000).Select(i => new SourceId($"s{i}")).ToImmutableArray();

        var answers = await Task.WhenAll(first.HoldAsync(sources, Cancellation), second.HoldAsync([.. sources.Reverse()], Cancellation));

        Assert.All(answers, answer => Assert.Equal(3_000, answer.Leases.Select(lease => lease.Source).Distinct().Count()));
        Assert.Equal(3_000, answers.Sum(answer => answer.Leases.Count(lease => lease.IsOurs)));
    }

    [Fact]
    public async Task What_was_sent_under_a_lease_that_another_has_taken_is_written_and_told()
    {
        var (first, second) = (await OpenAsync("relay1"), await OpenAsync("relay2"));
        await HoldAsync(first);
        var (sent, refused) = (await AcceptAsync(first), await AcceptAsync(first));
        await DeliverAsync(first, await AcceptAsync(first));
        Assert.DoesNotContain(Log.Told, told => told.Event == 655);
        await EndAsync();
        await HoldAsync(second);

        await first.SettleAsync(new Settlement(refused, [new RecipientResult(0, RecipientFate.Waiting, "451 later")], null, []));
        Assert.DoesNotContain(Log.Told, told => told.Event == 655);
        await DeliverAsync(first, sent);

        Assert.Equal(refused.Message, Assert.Single(await second.MessagesAsync(new SpoolFilter(), default, 10, Cancellation)).Id);
        Assert.Contains("1 recipients were sent to by acme-v4", Assert.Single(Log.Told, told => told.Event == 655).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_outcome_of_mail_that_others_have_taken_over_changes_nothing_and_is_told()
    {
        var (first, second) = (await OpenAsync("relay1"), await OpenAsync("relay2"));
        await HoldAsync(first);
        var sent = await AcceptAsync(first);
        await RunAsync("UPDATE node SET lease_until = now() - interval '1 second' WHERE name = 'relay1'");
        await second.BeatNowAsync();
        Assert.False(await first.BeatNowAsync());

        await DeliverAsync(first, sent);

        Assert.Single(await second.MessagesAsync(new SpoolFilter(), default, 10, Cancellation)); // a duplicate perhaps, never a loss
        Assert.Contains("they may deliver it a second time", Assert.Single(Log.Told, told => told.Event == 656).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_cut_off_has_let_go_before_another_takes_over_and_learns_whose_it_is()
    {
        await using var wire = new CutWire(Cluster.Host);
        var term = TimeSpan.FromSeconds(3);
        var first = await OpenAsync(Options("relay1") with { Host = wire.Host, Lease = term }, TimeProvider.System);
        var second = await OpenAsync(Options("relay2") with { Lease = term }, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var one = Book(first, "relay1");
        using var two = Book(second, "relay2");
        var (both, lost, taken) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        one.Changed += _ => Look(one, lost);
        two.Changed += _ => Look(two, taken);
        await one.StartAsync(stop.Token);
        await two.StartAsync(stop.Token);
        Assert.True(one.Holds(Acme));
        Task[] running = [one.RunAsync(stop.Token), two.RunAsync(stop.Token)];

        wire.Cut();

        await lost.Task.WaitAsync(Patience, TimeProvider.System, Cancellation);
        Assert.Contains("has run out", one.HoldOf(Acme)!.Seen, StringComparison.Ordinal);
        await taken.Task.WaitAsync(Patience, TimeProvider.System, Cancellation);
        Assert.True(two.Holds(Acme));

        wire.Mend();
        await UntilAsync(() => Task.FromResult(one.LeaseOf(Acme) is { IsOurs: false, Node: "relay2" }));
        Assert.False(one.Holds(Acme));
        await stop.CancelAsync();
        await Task.WhenAll(running);
        Assert.Equal(0, both);

        // Each sees at the moment it becomes the holder whether the other still believes to be.
        void Look(LeaseBook book, TaskCompletionSource happened)
        {
            if (one.Holds(Acme) && two.Holds(Acme))
                Interlocked.Increment(ref both);
            if (book == one ? !one.Holds(Acme) : two.Holds(Acme))
                happened.TrySetResult();
        }
    }

    private static LeaseBook Book(PostgresSpool spool, string node)
    {
        var address = IPAddress.Parse("203.0.113.5");
        var sources = new SourceDirectory([new Source { Id = Acme, LocalAddress = address, PublicAddress = address, Ehlo = HostName.Parse("mail.acme.example") }]);
        return new LeaseBook(spool, () => sources, node, TimeProvider.System, NullLogger.Instance);
    }

    private Task<PostgresSpool> OpenAsync(string node) => OpenAsync(Options(node), TimeProvider.System);

    private static async Task<SourceLease> HoldAsync(PostgresSpool spool) => Assert.Single((await spool.HoldAsync([Acme], Cancellation)).Leases);

    private static async Task<Consignment> AcceptAsync(PostgresSpool spool)
    {
        var key = new QueueKey(new BrandId("acme"), Acme, DomainName.Parse("example.org"));
        var now = TimeProvider.System.GetUtcNow();
        return Assert.Single(await spool.AcceptAsync(SampleMail.New(spool.NextId(), key, true, now.AddMinutes(5), now.AddDays(5), "Subject: hello\r\n\r\nHello.\r\n"u8.ToArray(), 1)));
    }

    /// <summary>As if its whole term had passed on the server.</summary>
    private async Task EndAsync() => await RunAsync("UPDATE source_lease SET until = now() - interval '1 second'");
}
