using System.Collections.Immutable;
using System.Diagnostics;
using Namesake.Core.Brands;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Core.Suppression;
using Namesake.Protocol.Addresses;

namespace Namesake.Contracts.Tests.Spool;

/// <summary>What every spool must do, whatever database is under it. Each engine derives from each of the contracts.</summary>
public abstract class SpoolContract(SpoolHouse house) : IAsyncLifetime
{
    protected static readonly QueueId First = new(0);
    protected static readonly SpoolFilter All = new();

    protected SpoolHouse House => house;
    protected ISpool Spool => house.Spool;
    protected ISpoolView View => house.View;
    protected IIdentityStore Identity => house.Identity;
    protected ITallyStore Tallies => house.Tallies;
    protected IFreezeStore Freezes => house.Freezes;
    protected ISuppressionStore Suppressions => house.Suppressions;
    protected DateTimeOffset Now => house.Now;
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await house.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await house.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static QueueKey Key(string source = "acme-v4", string domain = "example.org", string brand = "acme") =>
        new(new BrandId(brand), new SourceId(source), DomainName.Parse(domain));

    /// <summary>A message with some recipients in one queue.</summary>
    protected NewMessage Mail(QueueKey? key = null, bool claimed = true, int recipients = 1, TimeSpan? due = null, TimeSpan? life = null, byte[]? content = null)
    {
        key ??= Key();
        return SampleMail.New(
            Spool.NextId(), key, claimed, Now + (due ?? (claimed ? TimeSpan.FromMinutes(5) : TimeSpan.Zero)), Now + (life ?? TimeSpan.FromDays(5)),
            content ?? "Subject: hello\r\n\r\nHello.\r\n"u8.ToArray(), recipients);
    }

    protected async Task<Consignment> AcceptAsync(QueueKey? key = null, bool claimed = true, int recipients = 1, TimeSpan? due = null, TimeSpan? life = null) =>
        Assert.Single(await Spool.AcceptAsync(Mail(key, claimed, recipients, due, life)));

    protected async Task<ImmutableArray<QueueSummary>> DueAsync() => await Spool.DueQueuesAsync(Now, First, 1000);

    /// <summary>Claims whatever is due; the next attempt is ten minutes off.</summary>
    protected async Task<ImmutableArray<Consignment>> ClaimDueAsync(int perQueue = 100) =>
        await Spool.ClaimAsync([.. (await DueAsync()).Select(queue => queue.Id)], Now, perQueue, (_, _) => Now + TimeSpan.FromMinutes(10));

    protected Task<ImmutableArray<Consignment>> SettleAsync(Consignment consignment, RecipientFate fate, string? reply = null, DateTimeOffset? due = null, bool count = true) =>
        Spool.SettleAsync(new Settlement(consignment, [.. consignment.Recipients.Select(recipient => new RecipientResult(recipient.Ordinal, fate, reply, due, count))], null, []));

    /// <summary>Waits for what must become true, with a bound, never for a time.</summary>
    protected static async Task UntilAsync(Func<Task<bool>> isTrue, string what)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await isTrue())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(1), $"not within a minute: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }
    }

    protected async Task<long> WaitingAsync() => (await View.TotalsAsync(Cancellation)).Recipients;

    protected async Task<byte[]> ContentAsync(MessageId message)
    {
        await using var content = await Spool.OpenContentAsync(message, Cancellation);
        using var copy = new MemoryStream();
        await using var stream = content.OpenStream();
        await stream.CopyToAsync(copy, Cancellation);
        Assert.Equal(content.Length, copy.Length);
        return copy.ToArray();
    }

    protected static AttemptEvent Event(Consignment consignment, DateTimeOffset time, string outcome = "delivered") => SampleMail.Event(consignment, time, outcome);
}
