using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Storage.Postgres;
using Namesake.Storage.Rows;

namespace Namesake.Storage;

// What operators do to queued mail.
public sealed partial class PostgresSpool
{
    public Task<ImmutableArray<WaitingCount>> CountWaitingAsync(ImmutableArray<QueueId> queues, DateTimeOffset now, CancellationToken cancellation) =>
        _reader.CountWaitingAsync(queues, now, cancellation);

    public async Task<int> RetryAsync(QueueId queue, DateTimeOffset now, int limit)
    {
        Limited(limit);
        var operation = new RetryOperation(queue.Value, now.ToMicroseconds(), limit);
        await _administration.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Changed;
    }

    public Task<RecipientPage> FindAsync(QueueId queue, SpoolFilter filter, DateTimeOffset now, RecipientPlace? after, int limit, CancellationToken cancellation)
    {
        Limited(limit);
        return _reader.FindAsync(queue, filter, now, after, limit, cancellation);
    }

    public async Task<int> RetryAsync(QueueId queue, ImmutableArray<RecipientId> recipients, DateTimeOffset now)
    {
        Limited(recipients.Length);
        var operation = new RetryFoundOperation(queue.Value, recipients, now.ToMicroseconds());
        await _administration.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Changed;
    }

    public async Task<int> HoldAsync(QueueId queue, ImmutableArray<RecipientId> recipients, MailHold hold)
    {
        Limited(recipients.Length);
        var operation = new HoldOperation(queue.Value, recipients, hold);
        await _administration.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Changed;
    }

    public async Task<int> ReleaseAsync(QueueId queue, ImmutableArray<RecipientId> recipients)
    {
        Limited(recipients.Length);
        var operation = new ReleaseOperation(queue.Value, recipients);
        await _administration.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Changed;
    }

    public async Task<ImmutableArray<Consignment>> TakeAsync(QueueId queue, ImmutableArray<RecipientId> recipients)
    {
        Limited(recipients.Length);
        var operation = new TakeOperation(queue.Value, recipients, _keys);
        await _administration.ApplyAsync(operation).ConfigureAwait(false);
        return [.. operation.Result];
    }

    public async Task<int> MoveAsync(QueueId queue, ImmutableArray<RecipientId> recipients, SourceId to)
    {
        Limited(recipients.Length);
        if (await _reader.KeyAsync(queue).ConfigureAwait(false) is not { } known || known.Source == to)
            return 0;
        var key = known with { Source = to };
        MoveFoundOperation operation = null!;
        await AgainAsync(async () =>
        {
            var target = await _reader.QueueAsync(key).ConfigureAwait(false);
            operation = new MoveFoundOperation(queue.Value, recipients, target);
            await _administration.ApplyAsync(operation).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return operation.Changed;
    }

    private static void Limited(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, IQueueControl.MostAtOnce);
    }
}
