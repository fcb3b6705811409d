using Namesake.Core.Pipeline.Spool;

namespace Namesake.Contracts.Tests.Spool;

public abstract class RecoveryContract(SpoolHouse house) : SpoolContract(house)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_claimed_is_due_at_once_after_a_restart(bool crash)
    {
        var fresh = await AcceptAsync(due: TimeSpan.FromHours(3));
        var later = await AcceptAsync(claimed: false, due: TimeSpan.FromHours(2));
        House.Time.Advance(TimeSpan.FromMinutes(1));

        await (crash ? House.CrashAsync() : House.RestartAsync());

        var claimed = Assert.Single(await ClaimDueAsync());
        Assert.Equal(fresh.Message, claimed.Message);
        Assert.Equal(2, claimed.Recipients[0].Attempts); // the first may have begun
        House.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(later.Message, Assert.Single(await ClaimDueAsync()).Message);
    }

    [Fact]
    public async Task A_due_time_stored_by_a_settlement_holds_over_a_restart()
    {
        var consignment = await AcceptAsync();
        await SettleAsync(consignment, RecipientFate.Waiting, "450", Now.AddHours(1));

        await House.CrashAsync();

        Assert.Empty(await DueAsync());
        Assert.Equal(Now.AddHours(1), Assert.Single(await View.QueuesAsync(All, First, 10, Cancellation)).EarliestDue);
    }

    [Fact]
    public async Task What_was_settled_stays_settled()
    {
        var consignment = await AcceptAsync();
        await SettleAsync(consignment, RecipientFate.Delivered);

        await House.CrashAsync();

        Assert.Equal(0, await WaitingAsync());
        Assert.Empty(await View.MessagesAsync(All, default, 10, Cancellation));
    }

    [Fact]
    public async Task Many_claims_of_a_dead_run_come_back_whole()
    {
        var keys = Enumerable.Range(0, 30).Select(i => Key(domain: $"d{i}.example")).ToList();
        await Task.WhenAll(Enumerable.Range(0, 6_000).Select(i => Spool.AcceptAsync(Mail(keys[i % 30], claimed: i % 2 == 0, due: TimeSpan.FromHours(1)))));

        await House.CrashAsync();

        var due = await DueAsync();
        Assert.Equal(15, due.Length); // even numbers meet every second queue
        Assert.Equal(6_000, await WaitingAsync());
        Assert.Equal(3_000, (await ClaimDueAsync(perQueue: 1_000)).Length);
    }

    [Fact]
    public async Task After_closing_everything_says_so()
    {
        var spool = Spool;
        var mail = Mail();
        var consignment = Assert.Single(await spool.AcceptAsync(mail));
        await House.CloseAsync();

        await Assert.ThrowsAsync<SpoolUnavailableException>(() => spool.AcceptAsync(mail));
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => spool.DueQueuesAsync(Now, First, 1));
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => spool.SettleAsync(new Settlement(consignment, [], null, [])));
        await House.OpenAsync();
    }

    [Fact]
    public async Task Closing_commits_what_was_handed_over()
    {
        var accepts = Enumerable.Range(0, 200).Select(_ => Spool.AcceptAsync(Mail())).ToList();
        await House.CloseAsync();
        var stored = 0;
        foreach (var accept in accepts)
        {
            try
            {
                stored += (await accept).Length;
            }
            catch (SpoolUnavailableException)
            {
                // refused while closing: nothing was promised
            }
        }

        await House.OpenAsync();

        Assert.Equal(stored, await WaitingAsync());
    }
}
