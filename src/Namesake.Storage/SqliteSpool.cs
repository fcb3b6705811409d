using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Brands;
using Namesake.Core.Identity.History;
using Namesake.Core.Identity.Leases;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Core.Suppression;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite;
using Namesake.Storage.Sqlite.Operations;
using Namesake.Storage.Sqlite.Reading;

namespace Namesake.Storage;

/// <summary>The embedded spool: one SQLite database and a folder of large contents in a data directory that belongs to one process.</summary>
/// <remarks>The ports of Core in one place; the work is done by <see cref="Intake"/>, <see cref="Settlements"/>, <see cref="Claims"/> and <see cref="SpoolView"/>.
/// Changes are small operations handed to one writer, which commits whatever waits together; everything else reads beside it.
/// A settlement or move that failed with <see cref="SpoolUnavailableException"/> may be given again until it succeeds: it happens once.</remarks>
public sealed class SqliteSpool : IRelaySpool
{
    private readonly OpenedSpool _spool;
    private readonly TimeProvider _time;
    private readonly Intake _intake;
    private readonly Settlements _settlements;
    private readonly Claims _claims;
    private readonly QueueControl _control;
    private readonly SpoolView _view;
    private readonly Tallies _tallies;
    private readonly Histories _histories;
    private readonly SuppressionLists _suppressions;

    private SqliteSpool(OpenedSpool spool, TimeProvider time, ILogger log)
    {
        _spool = spool;
        _time = time;
        _intake = new Intake(spool);
        _settlements = new Settlements(spool, _intake, log);
        _claims = new Claims(spool);
        _control = new QueueControl(spool);
        _view = new SpoolView(spool.Readers, spool.Paths, spool.Files, time);
        _tallies = new Tallies(spool);
        _histories = new Histories(spool);
        _suppressions = new SuppressionLists(spool);
    }

    /// <summary>Opens the data directory, making it when it isn't there, and makes everything due that earlier runs had claimed.</summary>
    /// <exception cref="SpoolUnavailableException">Another process has it, or it is damaged, newer than this program, or can't be read: the message says what to do.</exception>
    public static Task<SqliteSpool> OpenAsync(SpoolOptions options, TimeProvider time, ILogger? log = null) =>
        Task.Run(() => new SqliteSpool(OpenedSpool.Open(options, time, log ?? NullLogger.Instance), time, log ?? NullLogger.Instance));

    public MessageId NextId() => _spool.Ids.Next();

    public TimeSpan IdsAhead => _spool.Ids.Ahead;

    public string? Shortage(long size) => _spool.Disk.Shortage(size);

    public IContentFile CreateContentFile(MessageId message) => _spool.Files.Create(message, guarded: true);

    public Task<ImmutableArray<Consignment>> AcceptAsync(NewMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return _intake.AcceptAsync(message);
    }

    public Task<ImmutableArray<Consignment>> SettleAsync(Settlement settlement)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        return _settlements.SettleAsync(settlement);
    }

    public async Task<ImmutableArray<QueueSummary>> DueQueuesAsync(DateTimeOffset now, QueueId after, int limit) =>
        [.. await _spool.Readers.ReadAsync(reader => QueueRows.DueAfter(reader, now, after, limit), CancellationToken.None).ConfigureAwait(false)];

    public async Task<ImmutableArray<QueueSummary>> UnclaimedQueuesAsync(QueueId after, int limit) =>
        [.. await _spool.Readers.ReadAsync(reader => QueueRows.UnclaimedAfter(reader, after, limit), CancellationToken.None).ConfigureAwait(false)];

    public Task PutOffAsync(ImmutableArray<QueueId> queues) => _claims.PutOffAsync(queues, true);

    public Task TakeUpAsync(ImmutableArray<QueueId> queues) => _claims.PutOffAsync(queues, false);

    public Task<ImmutableArray<Consignment>> ClaimAsync(
        ImmutableArray<QueueId> queues, DateTimeOffset now, int perQueue, Func<MessageId, int, DateTimeOffset> nextDue)
    {
        ArgumentNullException.ThrowIfNull(nextDue);
        ArgumentOutOfRangeException.ThrowIfLessThan(perQueue, 1);
        return _claims.DueAsync(queues, now, perQueue, nextDue);
    }

    public Task<ImmutableArray<Consignment>> ClaimExpiredAsync(DateTimeOffset now, int limit) => _claims.ExpiredAsync(now, limit);

    public Task<ImmutableArray<Consignment>> UntoldDelaysAsync(DateTimeOffset from, DateTimeOffset before, int limit) =>
        _claims.UntoldDelaysAsync(from, before, limit);

    public Task<Consignment> MoveAsync(Consignment consignment, SourceId to)
    {
        ArgumentNullException.ThrowIfNull(consignment);
        return _claims.MoveAsync(consignment, to);
    }

    public Task<ImmutableArray<QueueId>> WithMovableAsync(ImmutableArray<(QueueId Queue, DateTimeOffset? TriedBefore)> queues) => _claims.WithMovableAsync(queues);

    public Task<int> MoveWaitingAsync(QueueId queue, SourceId to, DateTimeOffset? triedBefore, int limit) =>
        _claims.MoveWaitingAsync(queue, to, triedBefore, limit);

    public Task<ImmutableArray<WaitingCount>> CountWaitingAsync(ImmutableArray<QueueId> queues, DateTimeOffset now, CancellationToken cancellation) =>
        _control.CountWaitingAsync(queues, now, cancellation);

    public Task<int> RetryAsync(QueueId queue, DateTimeOffset now, int limit) => _control.RetryAsync(queue, now, limit);

    public Task<RecipientPage> FindAsync(QueueId queue, SpoolFilter filter, DateTimeOffset now, RecipientPlace? after, int limit, CancellationToken cancellation) =>
        _control.FindAsync(queue, filter, now, after, limit, cancellation);

    public Task<int> RetryAsync(QueueId queue, ImmutableArray<RecipientId> recipients, DateTimeOffset now) => _control.RetryAsync(queue, recipients, now);

    public Task<int> HoldAsync(QueueId queue, ImmutableArray<RecipientId> recipients, MailHold hold) => _control.HoldAsync(queue, recipients, hold);

    public Task<int> ReleaseAsync(QueueId queue, ImmutableArray<RecipientId> recipients) => _control.ReleaseAsync(queue, recipients);

    public Task<ImmutableArray<Consignment>> TakeAsync(QueueId queue, ImmutableArray<RecipientId> recipients) => _control.TakeAsync(queue, recipients);

    public Task<int> MoveAsync(QueueId queue, ImmutableArray<RecipientId> recipients, SourceId to) => _control.MoveAsync(queue, recipients, to);

    public async Task<StoredContent> OpenContentAsync(MessageId message, CancellationToken cancellation)
    {
        var (size, inline) = await _spool.Readers.ReadAsync(reader => StoredConsignments.Content(reader, message), cancellation).ConfigureAwait(false);
        return inline is not null ? new StoredContent(inline) : new StoredContent(_spool.Files.Open(message, size));
    }

    public Task<ImmutableArray<QueueSummary>> QueuesAsync(SpoolFilter filter, QueueId after, int limit, CancellationToken cancellation) =>
        _view.QueuesAsync(filter, after, limit, cancellation);

    public Task<ImmutableArray<MessageSummary>> MessagesAsync(SpoolFilter filter, MessageId after, int limit, CancellationToken cancellation) =>
        _view.MessagesAsync(filter, after, limit, cancellation);

    public Task<MessageDetails?> MessageAsync(MessageId message, CancellationToken cancellation) => _view.MessageAsync(message, cancellation);

    public async Task<SpoolTotals> TotalsAsync(CancellationToken cancellation)
    {
        var totals = await _view.TotalsAsync(cancellation).ConfigureAwait(false);
        return totals with { EventBytes = _spool.Upkeep.EventBytes, EventsFrom = EventDays.Shown(totals.EventsFrom, _spool.Options.EventDays, _time.GetUtcNow()) };
    }

    public Task<ImmutableArray<HoldSummary>> HoldsAsync(SpoolFilter filter, CancellationToken cancellation) => _view.HoldsAsync(filter, cancellation);

    public Task<ImmutableArray<MailHold>> EndedHoldsAsync(DateTimeOffset now, CancellationToken cancellation) => _view.EndedHoldsAsync(now, cancellation);

    public async Task<ImmutableDictionary<string, string>> LoadAsync(CancellationToken cancellation) =>
        await _spool.Readers.ReadAsync(StoredConsignments.Identities, cancellation).ConfigureAwait(false);

    public Task SaveAsync(string key, string? state) => _spool.Writer.ApplyAsync(new SaveIdentityOperation(key, state));

    public Task RecordAsync(ImmutableArray<Observation> observations, int most) => _histories.RecordAsync(observations, most);

    public Task<ImmutableArray<Observation>> PresentAsync(CancellationToken cancellation) => _histories.PresentAsync(cancellation);

    public Task<ImmutableArray<Observation>> ChangesAsync(SourceId source, ObservationKind? kind, long? before, int limit, CancellationToken cancellation) =>
        _histories.ChangesAsync(source, kind, before, limit, cancellation);

    public Task<ImmutableArray<Observation>> NamesAsync(string address, string name, DateTimeOffset from, int limit, CancellationToken cancellation) =>
        _histories.NamesAsync(address, name, from, limit, cancellation);

    public Task<int> ForgetChangesAsync(DateTimeOffset before, int limit) => _histories.ForgetChangesAsync(before, limit);

    public Task ForgetHistoryAsync(SourceId source) => _histories.ForgetHistoryAsync(source);

    public Task<ImmutableArray<Tally>> TalliesAsync(DateOnly from, TallyKey? after, int limit, CancellationToken cancellation) =>
        _tallies.TalliesAsync(from, after, limit, cancellation);

    public Task<ImmutableArray<Tally>> HeaviestAsync(DateOnly day, TallyScope scope, int passed, int limit, CancellationToken cancellation) => _tallies.HeaviestAsync(day, scope, passed, limit, cancellation);

    public Task SaveTalliesAsync(ImmutableArray<Tally> tallies) => _tallies.SaveTalliesAsync(tallies);

    public Task<int> ForgetTalliesAsync(ImmutableArray<Tally> tallies) => _tallies.ForgetTalliesAsync(tallies);

    public Task<int> ForgetTalliesAsync(DateOnly before, int limit) => _tallies.ForgetTalliesAsync(before, limit);

    public async Task<ImmutableDictionary<string, string>> FreezesAsync(CancellationToken cancellation) =>
        await _spool.Readers.ReadAsync(StoredConsignments.Freezes, cancellation).ConfigureAwait(false);

    public Task SaveFreezeAsync(string name, string? state) => _spool.Writer.ApplyAsync(new SaveFreezeOperation(name, state));

    /// <remarks>The data directory's lock has been taken: nobody else can hold anything here.</remarks>
    public Task<LeaseAnswer> HoldAsync(ImmutableArray<SourceId> sources, CancellationToken cancellation) => Task.FromResult(LeaseAnswer.Alone);

    public Task<SuppressionEntry?> FindAsync(SuppressionKey key, CancellationToken cancellation) => _suppressions.FindAsync(key, cancellation);

    public Task<ImmutableArray<SuppressionEntry>> PageAsync(BrandId? brand, bool counted, SuppressionKey? after, int limit, CancellationToken cancellation) =>
        _suppressions.PageAsync(brand, counted, after, limit, cancellation);

    public Task<ImmutableArray<SuppressionMark>> MarksAsync(SuppressionKey? after, int limit, CancellationToken cancellation) => _suppressions.MarksAsync(after, limit, cancellation);

    public Task<ImmutableArray<SuppressionMark>> ChangedAsync(DateTimeOffset from, SuppressionMark? after, int limit, CancellationToken cancellation) =>
        _suppressions.ChangedAsync(from, after, limit, cancellation);

    public Task SaveAsync(ImmutableArray<SuppressionEntry> entries) => _suppressions.SaveAsync(entries);

    public Task<bool> TrySaveAsync(SuppressionEntry entry, DateTimeOffset? seen) => _suppressions.TrySaveAsync(entry, seen);

    public Task<int> RemoveAsync(ImmutableArray<SuppressionKey> keys) => _suppressions.RemoveAsync(keys);

    public Task<ImmutableArray<SuppressionKey>> ForgetAsync(DateTimeOffset now, int limit) => _suppressions.ForgetAsync(now, limit);

    /// <summary>Commits what waits, moves the log into the database and lets go of the directory.</summary>
    public ValueTask DisposeAsync() => _spool.DisposeAsync();
}
