using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Storage.Postgres;
using Namesake.Storage.Rows;
using Npgsql;

namespace Namesake.Storage;

/// <summary>The spool of a cluster: one PostgreSQL that keeps everything, and nodes that each have ids, claims and writers of their own.</summary>
/// <remarks>A settlement or move that failed with <see cref="SpoolUnavailableException"/> may be given again until it succeeds: it happens once.</remarks>
public sealed partial class PostgresSpool : IRelaySpool
{
    private const int Slice = 500; // rows changed by one operation
    private const string IdentityTable = "identity_state";
    private const string FrozenTable = "frozen";
    private static readonly TimeSpan TidyEvery = TimeSpan.FromHours(1);
    private readonly NpgsqlDataSource _source;
    private readonly Node _node;
    private readonly MessageIdSource _ids;
    private readonly QueueKeys _keys;
    private readonly Reader _reader;
    private readonly Writer[] _writers;
    private readonly Writer _administration;
    private readonly Leases _leases;
    private readonly EventPartitions _events;
    private readonly int _eventDays;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _beating;
    private volatile string? _trouble; // since the last sign of life failed
    private int _ended;

    private PostgresSpool(PostgresOptions options, TimeProvider time, ILogger log)
    {
        (_time, _log, _eventDays) = (time, log, options.EventDays);
        _leases = new Leases(options);
        _source = NpgsqlDataSource.Create(Connections.Settings(options, pooled: true));
        NpgsqlConnection? connection = null;
        try
        {
            connection = Connections.Open(options);
            Schema.Prepare(connection, options);
            _node = Node.Join(connection, options, time);
            _ids = new MessageIdSource(time, _node.LastId, Node.Most, _node.Number);
            _keys = new QueueKeys(_source);
            _reader = new Reader(_source, _keys, time);
            var events = _events = new EventPartitions(options, time, log);
            Writer Make(int number) => new(() => Connections.Open(options), _node, _leases, (short)number, options, events, time, log);
            _writers = [.. Enumerable.Range(0, options.Writers).Select(Make)];
            _administration = Make(options.Writers);
            foreach (var writer in _writers.Append(_administration))
                writer.Start();
        }
        catch (Exception e)
        {
            connection?.Dispose();
            _source.Dispose();
            throw Trouble.Describe(e);
        }
        Log.Opened(log, options.Schema, options.Node, _node.Number, _node.Run);
        _beating = BeatAsync(options.Lease / 3, log);
    }

    /// <summary>Connects, brings the schema up to date, joins as a node, and makes everything due that its earlier runs had claimed.</summary>
    /// <exception cref="SpoolUnavailableException">The server can't be used, or another process is this node: the message says what to do.</exception>
    public static Task<PostgresSpool> OpenAsync(PostgresOptions options, TimeProvider time, ILogger? log = null) =>
        Task.Run(() => new PostgresSpool(options, time, log ?? NullLogger.Instance));

    public MessageId NextId() => _ids.Next();

    /// <remarks>Always zero: mail of all nodes lies together, and one that was ahead must not make that of the others look old.</remarks>
    public TimeSpan IdsAhead => _ids.Ahead;

    /// <remarks>Room is the server's business; what is known here is that it does not answer.</remarks>
    public string? Shortage(long size) => _trouble;

    public IContentFile CreateContentFile(MessageId message) => new PostgresContentFile(_reader, message);

    public async Task<ImmutableArray<Consignment>> AcceptAsync(NewMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Acceptance acceptance = null!;
        await AgainAsync(async () =>
        {
            acceptance = await PrepareAsync(message).ConfigureAwait(false);
            await WriterOf(message.Envelope.Brand.Value).ApplyAsync(new AcceptOperation(acceptance, Acceptance.BytesOf(message))).ConfigureAwait(false);
        }).ConfigureAwait(false);
        if (message.ContentFile is PostgresContentFile file)
            file.IsHandedOver = true;
        return acceptance.Existed ? await _reader.StoredAsync([message.Id], _node.Claim).ConfigureAwait(false) : acceptance.Fresh();
    }

    public async Task<ImmutableArray<Consignment>> SettleAsync(Settlement settlement)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        if (!settlement.Consignment.Claimed && settlement.Results.Any(result => result.Fate != RecipientFate.Noted))
            throw new ArgumentException("Mail that isn't claimed can only be noted about.", nameof(settlement));
        var json = settlement.Event is { } story ? Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(story, EventJson.Default.AttemptEvent)) : null;
        var spawned = new List<Acceptance>();
        SettleOperation operation = null!;
        await AgainAsync(async () =>
        {
            spawned.Clear();
            foreach (var message in settlement.Spawned)
                spawned.Add(await PrepareAsync(message).ConfigureAwait(false));
            operation = new SettleOperation(settlement, json, [.. spawned], 256L + (json?.Length ?? 0) + settlement.Spawned.Sum(Acceptance.BytesOf));
            await WriterOf(settlement.Consignment.Key.Brand.Value).ApplyAsync(operation).ConfigureAwait(false);
        }).ConfigureAwait(false);
        TellWhenTaken(settlement, operation.Happened);
        if (operation.Happened && !spawned.Exists(acceptance => acceptance.Existed))
            return [.. spawned.SelectMany(acceptance => acceptance.Fresh())];
        return spawned.Count == 0 ? [] : await _reader.StoredAsync(settlement.Spawned.Select(message => message.Id), _node.Claim).ConfigureAwait(false);
    }

    public Task<ImmutableArray<QueueSummary>> UnclaimedQueuesAsync(QueueId after, int limit) => _reader.UnclaimedQueuesAsync(after, limit);

    public Task PutOffAsync(ImmutableArray<QueueId> queues) => PutOffAsync(queues, true);

    public Task TakeUpAsync(ImmutableArray<QueueId> queues) => PutOffAsync(queues, false);

    public Task<ImmutableArray<QueueSummary>> DueQueuesAsync(DateTimeOffset now, QueueId after, int limit) => _reader.DueQueuesAsync(now, after, limit);

    public async Task<ImmutableArray<Consignment>> ClaimAsync(ImmutableArray<QueueId> queues, DateTimeOffset now, int perQueue, Func<MessageId, int, DateTimeOffset> nextDue)
    {
        ArgumentNullException.ThrowIfNull(nextDue);
        ArgumentOutOfRangeException.ThrowIfLessThan(perQueue, 1);
        var claimed = ImmutableArray.CreateBuilder<Consignment>();
        foreach (var slice in queues.Chunk(Math.Max(1, Slice / perQueue)))
        {
            var operation = new ClaimOperation([.. slice.Select(queue => queue.Value)], now.ToMicroseconds(), perQueue, nextDue, _keys);
            try
            {
                await _administration.ApplyAsync(operation).ConfigureAwait(false);
            }
            catch (Exception) when (claimed.Count > 0)
            {
                break; // what was claimed before must reach its caller; the trouble will be met again
            }
            claimed.AddRange(operation.Result);
        }
        return claimed.ToImmutable();
    }

    public async Task<ImmutableArray<Consignment>> ClaimExpiredAsync(DateTimeOffset now, int limit)
    {
        limit = Math.Min(limit, Slice);
        var candidates = await _reader.ExpiredAsync(now.ToMicroseconds(), limit).ConfigureAwait(false);
        if (candidates.Length == 0)
            return [];
        var operation = new ClaimExpiredOperation(candidates, now.ToMicroseconds(), limit, _keys);
        await _administration.ApplyAsync(operation).ConfigureAwait(false);
        return [.. operation.Result];
    }

    public Task<ImmutableArray<Consignment>> UntoldDelaysAsync(DateTimeOffset from, DateTimeOffset before, int limit) => _reader.UntoldDelaysAsync(from, before, limit);

    public async Task<Consignment> MoveAsync(Consignment consignment, SourceId to)
    {
        ArgumentNullException.ThrowIfNull(consignment);
        if (!consignment.Claimed)
            throw new ArgumentException("Only what is claimed can be moved by hand; the rest is moved by queue.", nameof(consignment));
        var key = consignment.Key with { Source = to };
        var queue = 0L;
        await AgainAsync(async () =>
        {
            queue = await _reader.QueueAsync(key).ConfigureAwait(false);
            await WriterOf(key.Brand.Value).ApplyAsync(new MoveOperation(consignment, queue)).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return consignment with { Queue = new QueueId(queue), Key = key };
    }

    public async Task<ImmutableArray<QueueId>> WithMovableAsync(ImmutableArray<(QueueId Queue, DateTimeOffset? TriedBefore)> queues)
    {
        var found = ImmutableArray.CreateBuilder<QueueId>();
        foreach (var slice in queues.Chunk(Slice))
            found.AddRange(await _reader.WithMovableAsync(slice).ConfigureAwait(false));
        return found.ToImmutable();
    }

    public async Task<int> MoveWaitingAsync(QueueId queue, SourceId to, DateTimeOffset? triedBefore, int limit)
    {
        if (await _reader.KeyAsync(queue).ConfigureAwait(false) is not { } known || known.Source == to)
            return 0;
        var key = known with { Source = to };
        var moved = 0;
        while (moved < limit)
        {
            var slice = Math.Min(Slice, limit - moved);
            MoveWaitingOperation operation = null!;
            await AgainAsync(async () =>
            {
                var target = await _reader.QueueAsync(key).ConfigureAwait(false);
                operation = new MoveWaitingOperation(queue.Value, target, triedBefore?.ToMicroseconds() ?? long.MinValue, slice);
                await _administration.ApplyAsync(operation).ConfigureAwait(false);
            }).ConfigureAwait(false);
            moved += operation.Moved;
            if (operation.Moved < slice)
                break;
        }
        return moved;
    }

    public Task<StoredContent> OpenContentAsync(MessageId message, CancellationToken cancellation) => _reader.ContentAsync(message, cancellation);

    public Task<ImmutableArray<QueueSummary>> QueuesAsync(SpoolFilter filter, QueueId after, int limit, CancellationToken cancellation) =>
        _reader.QueuesAsync(filter, after, limit, cancellation);

    public Task<ImmutableArray<MessageSummary>> MessagesAsync(SpoolFilter filter, MessageId after, int limit, CancellationToken cancellation) =>
        _reader.MessagesAsync(filter, after, limit, cancellation);

    public Task<MessageDetails?> MessageAsync(MessageId message, CancellationToken cancellation) => _reader.MessageAsync(message, cancellation);

    public Task<ImmutableArray<HoldSummary>> HoldsAsync(SpoolFilter filter, CancellationToken cancellation) => _reader.HoldsAsync(filter, cancellation);

    public Task<ImmutableArray<MailHold>> EndedHoldsAsync(DateTimeOffset now, CancellationToken cancellation) => _reader.EndedHoldsAsync(now, cancellation);

    /// <remarks>Its size is that of the contents kept and half a kilobyte for the rows of each: files are the server's business.</remarks>
    public async Task<SpoolTotals> TotalsAsync(CancellationToken cancellation)
    {
        var totals = await _reader.TotalsAsync(cancellation).ConfigureAwait(false);
        return totals with { EventsFrom = EventDays.Shown(totals.EventsFrom, _eventDays, _time.GetUtcNow()) };
    }

    public Task<ImmutableDictionary<string, string>> LoadAsync(CancellationToken cancellation) => _reader.AskAsync(connection => States.AllAsync(connection, IdentityTable, cancellation), cancellation);

    public Task SaveAsync(string key, string? state) => SaveStateAsync(IdentityTable, key, state);

    public Task<StateChanges> ChangesAsync(string prefix, DateTimeOffset? since, CancellationToken cancellation) =>
        _reader.AskAsync(connection => States.ChangedAsync(connection, IdentityTable, prefix, since, cancellation), cancellation);

    public Task<ImmutableDictionary<string, string>> FreezesAsync(CancellationToken cancellation) => _reader.AskAsync(connection => States.AllAsync(connection, FrozenTable, cancellation), cancellation);

    public Task SaveFreezeAsync(string name, string? state) => SaveStateAsync(FrozenTable, name, state);

    public Task<StateChanges> FreezeChangesAsync(DateTimeOffset? since, CancellationToken cancellation) =>
        _reader.AskAsync(connection => States.ChangedAsync(connection, FrozenTable, "", since, cancellation), cancellation);

    public Task<ImmutableArray<Tally>> TalliesAsync(DateOnly from, TallyKey? after, int limit, CancellationToken cancellation) =>
        _reader.AskAsync(connection => Tallies.ReadAsync(connection, from, after, limit, cancellation), cancellation);

    public Task<ImmutableArray<Tally>> HeaviestAsync(DateOnly day, TallyScope scope, int passed, int limit, CancellationToken cancellation) =>
        _reader.AskAsync(connection => Tallies.HeaviestAsync(connection, day, scope, passed, limit, cancellation), cancellation);

    public async Task SaveTalliesAsync(ImmutableArray<Tally> tallies)
    {
        foreach (var slice in tallies.Chunk(Slice))
            await _administration.ApplyAsync(new StatementOperation(128L * slice.Length, batch => Tallies.Save(batch, slice))).ConfigureAwait(false);
    }

    public async Task<int> ForgetTalliesAsync(ImmutableArray<Tally> tallies)
    {
        var gone = 0;
        foreach (var slice in tallies.Chunk(Slice))
        {
            var operation = new StatementOperation(128L * slice.Length, batch => Tallies.Forget(batch, slice));
            await _administration.ApplyAsync(operation).ConfigureAwait(false);
            gone += operation.Rows;
        }
        return gone;
    }

    public async Task<int> ForgetTalliesAsync(DateOnly before, int limit)
    {
        var operation = new StatementOperation(64, batch => Tallies.Forget(batch, before, Math.Min(limit, Slice)));
        await _administration.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Rows;
    }

    /// <summary>Commits what waits and leaves the cluster.</summary>
    public async ValueTask DisposeAsync() => await EndAsync(abandon: false).ConfigureAwait(false);

    /// <summary>As if the process had been killed. For tests.</summary>
    internal Task AbandonAsync() => EndAsync(abandon: true);

    /// <summary>How many queues' ids are remembered. For tests.</summary>
    internal int KnownQueues => _keys.Count;

    internal static SpoolUnavailableException Closed() => new("The spool is closed: the relay is stopping.");

    private async Task EndAsync(bool abandon)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 1)
            return;
        await _ending.CancelAsync().ConfigureAwait(false);
        await _beating.ConfigureAwait(false);
        _reader.Close();
        await Task.WhenAll(_writers.Append(_administration).Select(writer => writer.StopAsync(abandon))).ConfigureAwait(false); // each may wait for a server that doesn't answer
        try
        {
            if (!abandon)
            {
                await _leases.GiveBackAsync().ConfigureAwait(false);
                _node.Leave(_ids.Last);
            }
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException or TimeoutException)
        {
            // The next start learns from the rows what this end couldn't say.
        }
        _node.Dispose();
        await _leases.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    /// <summary>Shows that this node lives, and takes over what silent ones had claimed. Otherwise done three times a lease.</summary>
    internal Task<bool> BeatNowAsync() => Task.Run(() => _node.Beat(_time));

    private async Task BeatAsync(TimeSpan every, ILogger log)
    {
        var (tidied, tidying) = ((long?)null, Task.CompletedTask);
        while (true)
        {
            try
            {
                await Task.Delay(every, _time, _ending.Token).ConfigureAwait(false);
                if (!await BeatNowAsync().ConfigureAwait(false))
                    Log.JoinedAgain(log, _node.Run);
                if (tidying.IsCompleted && (tidied is null || _time.GetElapsedTime(tidied.Value) >= TidyEvery))
                {
                    tidied = _time.GetTimestamp();
                    tidying = TidyBesideAsync(log);
                }
                _trouble = null;
            }
            catch (OperationCanceledException)
            {
                await tidying.ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException or SpoolUnavailableException or IOException)
            {
                _trouble = Trouble.Describe(e).Message;
                Log.BeatFailed(log, e);
            }
        }
    }

    private async Task PutOffAsync(ImmutableArray<QueueId> queues, bool putOff)
    {
        foreach (var slice in queues.Chunk(Slice))
            await _administration.ApplyAsync(new PutOffOperation([.. slice.Select(queue => queue.Value)], putOff)).ConfigureAwait(false);
    }

    private Writer WriterOf(string brand) => _writers[(int)((uint)string.GetHashCode(brand, StringComparison.Ordinal) % (uint)_writers.Length)];

    private async Task<Acceptance> PrepareAsync(NewMessage message)
    {
        // An array that is null becomes an empty memory, not none: with a file beside it the size would be a lie.
        if (message.Content is null == message.ContentFile is null)
            throw new ArgumentException("A message has its content in memory or in a file: exactly one of them.", nameof(message));
        if (message.ContentFile is not null && (message.ContentFile is not PostgresContentFile { IsComplete: true } written || written.Message != message.Id))
            throw new ArgumentException("The content file must be this spool's and the message's own, and complete.", nameof(message));
        var queues = new long[message.Consignments.Length];
        for (var i = 0; i < queues.Length; i++)
            queues[i] = await _reader.QueueAsync(message.Consignments[i].Key).ConfigureAwait(false);
        return new Acceptance(message, queues);
    }

    // A queue that was empty for long may be gone since its id was looked up: then once more with a new one.
    private async Task AgainAsync(Func<Task> apply)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                await apply().ConfigureAwait(false);
                return;
            }
            catch (QueueGoneException gone) when (tries < 3)
            {
                _keys.Forget(gone.Queues);
            }
        }
    }

    private Task SaveStateAsync(string table, string name, string? state) =>
        _administration.ApplyAsync(new StatementOperation(64 + (2L * (state?.Length ?? 0)), batch => States.Save(batch, table, name, state)));
}
