using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Sources;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Operations;
using Namesake.Storage.Sqlite.Reading;

namespace Namesake.Storage.Sqlite;

/// <summary>Taking waiting mail out, and moving it between queues: readers search in slices, the writer looks again and changes a slice at a time.</summary>
internal sealed class Claims(OpenedSpool spool)
{
    private const int Slice = 500; // consignments changed in one operation, so that acceptances never wait long

    public async Task<ImmutableArray<Consignment>> DueAsync(
        ImmutableArray<QueueId> queues, DateTimeOffset now, int perQueue, Func<MessageId, int, DateTimeOffset> nextDue)
    {
        var claimed = ImmutableArray.CreateBuilder<Consignment>();
        foreach (var slice in queues.Chunk(Math.Max(1, Slice / perQueue)))
        {
            var operation = new ClaimOperation(slice, now.ToMicroseconds(), perQueue, nextDue);
            try
            {
                await spool.Writer.ApplyAsync(operation).ConfigureAwait(false);
            }
            catch (Exception) when (claimed.Count > 0)
            {
                break; // what was claimed before must reach its caller; the trouble will be met again
            }
            claimed.AddRange(operation.Result);
        }
        return claimed.ToImmutable();
    }

    public async Task PutOffAsync(ImmutableArray<QueueId> queues, bool putOff)
    {
        foreach (var slice in queues.Chunk(Slice))
            await spool.Writer.ApplyAsync(new PutOffOperation(slice, putOff)).ConfigureAwait(false);
    }

    public async Task<ImmutableArray<Consignment>> ExpiredAsync(DateTimeOffset now, int limit)
    {
        limit = Math.Min(limit, Slice);
        var candidates = await Candidates.ExpiredAsync(spool.Readers, now.ToMicroseconds(), limit).ConfigureAwait(false);
        if (candidates.Count == 0)
            return [];
        var operation = new ClaimExpiredOperation(candidates, now.ToMicroseconds(), limit);
        await spool.Writer.ApplyAsync(operation).ConfigureAwait(false);
        return [.. operation.Result];
    }

    public async Task<ImmutableArray<Consignment>> UntoldDelaysAsync(DateTimeOffset from, DateTimeOffset before, int limit)
    {
        var found = ImmutableArray.CreateBuilder<Consignment>();
        var next = from.ToMicroseconds();
        while (found.Count < limit)
        {
            var ids = await Candidates.UntoldAsync(spool.Readers, next, before.ToMicroseconds(), limit).ConfigureAwait(false);
            if (ids.Count > 0)
                found.AddRange(await spool.Readers.ReadAsync(reader => StoredConsignments.Untold(reader, ids, limit - found.Count), CancellationToken.None).ConfigureAwait(false));
            if (ids.Count < limit)
                break;
            next = ids[^1].Value + 1;
        }
        return found.ToImmutable();
    }

    public async Task<Consignment> MoveAsync(Consignment consignment, SourceId to)
    {
        if (!consignment.Claimed)
            throw new ArgumentException("Only what is claimed can be moved by hand; the rest is moved by queue.", nameof(consignment));
        var operation = new MoveOperation(consignment, to);
        await spool.Writer.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Result;
    }

    public async Task<ImmutableArray<QueueId>> WithMovableAsync(ImmutableArray<(QueueId Queue, DateTimeOffset? TriedBefore)> queues)
    {
        var found = ImmutableArray.CreateBuilder<QueueId>();
        foreach (var slice in queues.Chunk(Slice))
            found.AddRange(await Candidates.WithMovableAsync(spool.Readers, [.. slice.Select(queue => (queue.Queue, Border(queue.TriedBefore)))]).ConfigureAwait(false));
        return found.ToImmutable();
    }

    public async Task<int> MoveWaitingAsync(QueueId queue, SourceId to, DateTimeOffset? triedBefore, int limit)
    {
        var before = Border(triedBefore);
        var candidates = await Candidates.MovableAsync(spool.Readers, queue, before, limit).ConfigureAwait(false);
        var moved = 0;
        foreach (var slice in candidates.Chunk(Slice))
        {
            var operation = new MoveWaitingOperation([.. slice], queue, to, before);
            await spool.Writer.ApplyAsync(operation).ConfigureAwait(false);
            moved += operation.Moved;
        }
        return moved;
    }

    private static long Border(DateTimeOffset? triedBefore) => triedBefore?.ToMicroseconds() ?? long.MinValue;
}
