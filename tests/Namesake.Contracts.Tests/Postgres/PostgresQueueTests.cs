using Namesake.Core.Messages;
using Namesake.Storage;

namespace Namesake.Contracts.Tests.Postgres;

/// <summary>Queues that come and go while nodes remember which they are.</summary>
public sealed class PostgresQueueTests(PostgresCluster cluster) : PostgresPair(cluster)
{
    private const int OperationFailed = 652;
    private const int QueueGone = 664;

    [Fact]
    public async Task Mail_of_a_busy_queue_is_claimed_while_a_message_to_it_and_to_a_forgotten_one_asks_which_they_are()
    {
        var waits = await AcceptAsync(First, ["other.example"], due: Now.AddMinutes(5));
        var busy = await AcceptAsync(First, ["busy.example"]);
        await DeliverAsync(First, (await AcceptAsync(First, ["rare.example"], claimed: true))[0]);
        await Second.TidyAsync(); // the first node doesn't know that the rare one is gone
        await using var one = await ConnectAsync();
        await using var two = await ConnectAsync();
        await LockAsync(one, waits[0].Queue);
        await RunAsync(two, "BEGIN");
        await RunAsync(two, "INSERT INTO queue (brand_id, source_id, domain, via, waiting) VALUES ('acme', 'acme-v4', 'rare.example', '', 0)");

        // The claim comes behind what waits for the first lock; by then the message has met the gap, and waits for the second to fill it.
        var retry = First.RetryAsync(waits[0].Queue, Now, 10);
        await UntilAsync(() => HasWaitersAsync(one));
        var claim = First.ClaimAsync([busy[0].Queue], Now, 10, (_, _) => Now.AddHours(1));
        var accept = AcceptAsync(First, ["rare.example", "busy.example"]);
        await UntilAsync(() => HasWaitersAsync(two));
        await RunAsync(one, "ROLLBACK");
        await retry.WaitAsync(Patience, TimeProvider.System, Cancellation);

        Assert.Equal(busy[0].Message, Assert.Single(await claim.WaitAsync(Patience, TimeProvider.System, Cancellation)).Message);
        Assert.Equal(0, (await Second.TotalsAsync(Cancellation)).Undeliverable);

        await RunAsync(two, "ROLLBACK");
        Assert.Equal(2, (await accept.WaitAsync(Patience, TimeProvider.System, Cancellation)).Length);
        Assert.Empty((await PostgresCheck.RunAsync(Options("relay1"), repair: false, Time, Cancellation)).Findings);
    }

    [Fact]
    public async Task Mail_is_claimed_by_nodes_that_never_heard_of_its_queue()
    {
        for (var i = 0; i < 5; i++)
            await AcceptAsync(First, [$"d{i}.example"], expires: i < 2 ? Now.AddHours(1) : null);
        var due = await Second.DueQueuesAsync(Now, default, 10);

        Assert.Equal(5, (await Second.ClaimAsync([.. due.Select(queue => queue.Id)], Now, 10, (_, _) => Now.AddHours(1))).Select(consignment => consignment.Key.Domain).Distinct().Count());

        await AcceptAsync(First, ["late1.example"], expires: Now.AddHours(1));
        var late = await AcceptAsync(First, ["late2.example"]);
        Assert.Equal("late1.example", Assert.Single(await Second.ClaimExpiredAsync(Now.AddHours(2), 10)).Key.Domain.Value);
        Assert.Equal("late2.example", Assert.Single(await Second.TakeAsync(late[0].Queue, [new RecipientId(late[0].Message, 0)])).Key.Domain.Value);
        Assert.Equal(0, (await Second.TotalsAsync(Cancellation)).Undeliverable);
    }

    [Fact]
    public async Task Mail_whose_queue_the_server_does_not_have_either_is_set_aside_as_damaged()
    {
        var lost = await AcceptAsync(First, ["lost.example"]);
        var sound = await AcceptAsync(First, ["sound.example"]);
        await using var connection = await ConnectAsync();
        await RunAsync(connection, $"DELETE FROM queue WHERE queue_id = {lost[0].Queue.Value}");

        var claimed = await Second.ClaimAsync([lost[0].Queue, sound[0].Queue], Now, 10, (_, _) => Now.AddHours(1));

        Assert.Equal(sound[0].Message, Assert.Single(claimed).Message);
        Assert.StartsWith("damaged in the spool", (string)(await RunAsync(connection, $"SELECT last_reply FROM recipient WHERE message_id = {lost[0].Message.Value} AND state = 1"))!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_forgot_an_empty_queue_takes_mail_for_it_at_the_first_try()
    {
        for (var i = 0; i < 3; i++)
            await DeliverAsync(First, (await AcceptAsync(First, [$"d{i}.example"], claimed: true))[0]);

        await First.TidyAsync();
        await AcceptAsync(First, ["d0.example", "d1.example", "d2.example"]);

        Assert.DoesNotContain(Log.Told, told => told.Event is OperationFailed or QueueGone);
    }

    [Fact]
    public async Task A_queue_that_another_node_forgot_is_no_fault()
    {
        await DeliverAsync(First, (await AcceptAsync(First, ["d0.example"], claimed: true))[0]);

        await Second.TidyAsync();
        await AcceptAsync(First, ["d0.example"]);

        Assert.DoesNotContain(Log.Told, told => told.Event == OperationFailed);
        Assert.Single(Log.Told, told => told.Event == QueueGone);
    }

    [Fact]
    public async Task No_more_queues_are_remembered_than_there_are_whichever_node_forgot_them()
    {
        for (var i = 0; i < 20; i++)
        {
            await DeliverAsync(First, (await AcceptAsync(First, [$"d{i}.example"], claimed: true))[0]);
            await DeliverAsync(Second, (await AcceptAsync(Second, [$"d{i}.example"], claimed: true))[0]);
        }
        await AcceptAsync(First, ["waiting.example"]);
        Assert.Equal((21, 20), (First.KnownQueues, Second.KnownQueues));

        await Second.TidyAsync();
        Assert.Equal((21, 0), (First.KnownQueues, Second.KnownQueues));
        await First.TidyAsync();

        Assert.Equal((1, 0), (First.KnownQueues, Second.KnownQueues));
    }
}
