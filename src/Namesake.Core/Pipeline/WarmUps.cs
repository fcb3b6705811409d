using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline;

/// <summary>What every source hands to receivers in a day (UTC), and which of them have carried what their warm-up allows.</summary>
/// <remarks>
/// <para>A message counts when its content was sent, whatever the answer, and again when it is sent again: that is what receivers see. What is lined up has its place
/// in the day promised, so the limit is never exceeded; what could not be handed over gives its place back. Only public routes count: elsewhere nobody sees the address.</para>
/// <para>A source at the end of its day is closed for new mail as a held one is: the brand's other sources take it, or it waits in the spool. What a receiver has seen stays.</para>
/// <para>Counted in memory and saved every few seconds: a kill forgets that much, a restart nothing.</para>
/// </remarks>
/// <param name="sources">As configured now.</param>
public sealed partial class WarmUps(Func<SourceDirectory> sources, TimeProvider time, ILogger log)
{
    private readonly ConcurrentDictionary<SourceId, SourceDay> _days = new();
    private readonly ConcurrentQueue<Tally> _ended = new();

    /// <summary>Takes up where an earlier run ended. Before anything is sent.</summary>
    public async Task LoadAsync(ITallyStore store, CancellationToken cancellation)
    {
        await foreach (var tally in store.OfAsync(Today, TallyScope.Source, cancellation))
        {
            var day = Of(new SourceId(tally.Key.Name));
            lock (day)
                day.Continue(tally);
        }
    }

    /// <summary>Saves until it is stopped, and once more then, whatever was under way.</summary>
    public Task KeepAsync(ITallyStore store, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(store);
        return TallySaving.RunAsync(() => SaveAsync(store), () => SaveAsync(store), time, stop);
    }

    /// <summary>Where a source stands in its warm-up today; null when it has none, or is over it.</summary>
    public WarmUpDay? Of(Source source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var today = Today;
        if (source.WarmUp is not { } ramp || ramp.LimitOn(today) is not { } limit)
            return null;
        var day = Of(source.Id, today);
        lock (day)
            return new WarmUpDay(ramp, today, day.Messages, day.Aboard, limit, day.FullSince);
    }

    /// <summary>Why a source takes no more mail today; null when it does.</summary>
    public Hold? HoldOf(SourceId source, RouteIdentity identity)
    {
        if (identity != RouteIdentity.Public || sources().Find(source) is not { WarmUp: not null } known || Of(known) is not { IsFull: true } today)
            return null;
        return new Hold(source, null, "", Hold.WarmUp, today.Describe(), "", today.FullSince ?? time.GetUtcNow(), today.GoesOn);
    }

    /// <summary>How many more may go on board today; null: as many as come.</summary>
    internal int? Available(SourceId source, RouteIdentity identity) =>
        identity == RouteIdentity.Public && sources().Find(source) is { WarmUp: not null } known ? Of(known)?.Left : null;

    /// <summary>Promises a message its place in the day.</summary>
    /// <param name="messages">As how many the receiver sees it. With a place for the first it goes, however small the day.</param>
    /// <returns>False: the day is full.</returns>
    internal bool TryBoard(Source source, RouteIdentity identity, int messages)
    {
        if (identity != RouteIdentity.Public)
            return true;
        var today = Today;
        var (day, limit) = (Of(source.Id, today), source.WarmUp?.LimitOn(today));
        lock (day)
        {
            if (day.Messages + day.Aboard >= limit)
                return false;
            day.Aboard += messages;
            if (day.Messages + day.Aboard >= limit)
                day.FullSince = time.GetUtcNow();
            return true;
        }
    }

    /// <summary>It is not on board any more.</summary>
    /// <param name="outcomes">Of the attempt; empty: there was none.</param>
    /// <param name="messages">As when it went on board.</param>
    internal void Leave(SourceId source, RouteIdentity identity, ImmutableArray<Outcome> outcomes, int messages)
    {
        if (identity != RouteIdentity.Public)
            return;
        var (handed, delivered, refused) = (false, 0, 0);
        foreach (var outcome in outcomes)
        {
            handed |= outcome is not Abandoned && outcome.Phase >= SessionPhase.Content;
            delivered += outcome is Delivered ? 1 : 0;
            refused += outcome is Refused ? 1 : 0;
        }

        var day = Of(source, Today);
        lock (day)
        {
            day.Aboard -= messages;
            if (handed)
                day.Count(messages, delivered, refused);
        }
    }

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private SourceDay Of(SourceId source) => Of(source, Today);

    private SourceDay Of(SourceId source, DateOnly today)
    {
        var day = _days.GetOrAdd(source, static (id, today) => new SourceDay(id, today), today);
        lock (day)
            if (day.Turn(today) is { } ended)
                _ended.Enqueue(ended);
        return day;
    }

    private async Task SaveAsync(ITallyStore store)
    {
        var before = new List<Tally>();
        while (_ended.TryDequeue(out var ended))
            before.Add(ended);
        var tallies = new List<Tally>(before);
        var saved = new List<SourceDay>();
        foreach (var (_, day) in _days)
        {
            lock (day)
            {
                if (day.Save() is not { } tally)
                    continue;
                tallies.Add(tally);
                saved.Add(day);
            }
        }

        if (tallies.Count == 0)
            return;
        try
        {
            await store.SaveTalliesAsync([.. tallies]);
        }
        catch (SpoolUnavailableException trouble)
        {
            // Sums, not increments: saved with the next round they count once, whatever became of this one.
            LogNotSaved(trouble.Message);
            foreach (var tally in before)
                _ended.Enqueue(tally);
            foreach (var day in saved)
                lock (day)
                    day.NotSaved();
        }
    }

    [LoggerMessage(114, LogLevel.Warning, "What the sources have carried today could not be saved, and is tried again: {Trouble}")]
    private partial void LogNotSaved(string trouble);
}
