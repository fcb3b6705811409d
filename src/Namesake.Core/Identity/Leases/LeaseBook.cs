using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity.Leases;

/// <summary>Which sources this node may send from now: what it was granted, and for how long by its own monotonic clock.</summary>
/// <remarks>
/// <para>A lease counts from before it was asked for, and ends here a tenth before its term does. So this node stops before the database gives the source to another, however long the request or
/// its answer was on the way, and whether or not anybody can tell it. Clocks need not agree, only run equally fast.</para>
/// <para>Reading is one look-up and one comparison: nothing is asked where mail is sent.</para>
/// </remarks>
public sealed partial class LeaseBook(ISourceLeases store, Func<SourceDirectory> sources, string node, TimeProvider time, ILogger log) : IDisposable
{
    /// <summary>Renewals in a term: two in a row may fail and nothing is lost.</summary>
    private const int Renewals = 3;

    /// <summary>The part of a term that is not used. Clocks that NTP slews differ by a thousandth at most (500 ppm each, the most that ntpd and Linux slew); the rest is for the moment between the question and MAIL FROM.</summary>
    private const int Spare = 10;

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<SourceId, Entry> _entries = new();
    private readonly SemaphoreSlim _asking = new(1);
    private readonly Lock _telling = new();
    private ITimer? _lapse;
    private string? _trouble;
    private int _doubts;

    /// <param name="since">When it was first asked for.</param>
    private sealed class Entry(DateTimeOffset since)
    {
        private long _until;

        /// <summary>By the monotonic clock; the largest number: as long as this process lives.</summary>
        public long Until
        {
            get => Volatile.Read(ref _until);
            set => Volatile.Write(ref _until, value);
        }

        public SourceLease? Lease { get; set; }

        /// <summary>Since when it is not held.</summary>
        public DateTimeOffset Since { get; set; } = since;

        public bool IsTold { get; set; }
    }

    /// <summary>Raised after a source became ours, or is ours no more. Handlers must be quick and not throw.</summary>
    public event Action<SourceId>? Changed;

    /// <summary>Asked before sources become ours that may have been another's: what he has stored of them is newer than what we know. Where it fails they are not ours yet, and it is tried again.</summary>
    /// <remarks>Not asked at the start: what is stored is read after the first grant there. The time it takes counts against the lease.</remarks>
    public Func<ImmutableHashSet<SourceId>, CancellationToken, Task>? TakingOver { get; set; }

    /// <summary>Called with each renewal, and before sources become ours that may have been another's: what operators said elsewhere holds here too. Where it fails they are not ours yet; else the next renewal tries again.</summary>
    /// <remarks>No renewal waits for it.</remarks>
    public Func<CancellationToken, Task>? Hearing { get; set; }

    public bool Holds(SourceId source) => _entries.TryGetValue(source, out var entry) && IsHeld(entry);

    /// <summary>Null: nobody else can hold it, or nothing is known yet.</summary>
    public SourceLease? LeaseOf(SourceId source) => _entries.GetValueOrDefault(source)?.Lease;

    public LeaseFacts FactsOf(SourceId source) => new(node, Holds(source), LeaseOf(source), Volatile.Read(ref _trouble));

    /// <summary>Why this node does not send from it (FB-08); null when it may.</summary>
    public Hold? HoldOf(SourceId source)
    {
        var entry = _entries.GetValueOrDefault(source);
        if (entry is not null && IsHeld(entry))
            return null;
        var facts = FactsOf(source);
        var why = facts.Trouble is { } trouble ? $": {trouble}" : "";
        var (seen, ends) = facts switch
        {
            { Other: { } other, Lease: { } lease } => ($"{other} holds it since {lease.Since:yyyy-MM-dd HH:mm:ss} UTC, until {lease.Until:HH:mm:ss} unless renewed{why}",
                $"ends by itself when {other} stops or is silent for so long; where both are to run, take {source} out of the configuration of one of them"),
            { Lease: { } } => ($"this node's lease has run out, the database did not renew it{why}", "ends by itself when the database renews it: see that this node reaches it"),
            _ => ($"this node has no lease yet{why}", "ends by itself when the database grants it"),
        };
        return new Hold(source, null, "FB-08", Hold.NoLease, seen, $"{node} alone holds it", entry?.Since ?? time.GetUtcNow(), ends);
    }

    /// <summary>Asks for the first time, so that what is free is ours before anything is sent.</summary>
    public Task StartAsync(CancellationToken cancellation) => AskAsync(cancellation);

    /// <summary>Renews until it is told to stop. What is held then is given back by the store when it closes, after the last session.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var hearing = Task.CompletedTask;
        try
        {
            while (true)
            {
                var wait = await AskAsync(stop);
                if (hearing.IsCompleted)
                    hearing = HearAsync(stop);
                await Task.Delay(wait, time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }

        await hearing;
    }

    /// <summary>Other sources are configured: where nobody else can hold them they are ours when this returns.</summary>
    public void Reconfigured() => _ = AskAsync(CancellationToken.None);

    /// <summary>Time may have passed that the monotonic clock has not counted, as in a suspended virtual machine: nothing is ours until the database says so again.</summary>
    /// <remarks>Takes effect before it returns, and takes no lock: it is called by whoever read the clock, whatever he holds.</remarks>
    public void Doubt()
    {
        Interlocked.Increment(ref _doubts);
        EndAll();
        _ = AskAgainAsync();

        async Task AskAgainAsync()
        {
            await Task.Yield();
            Tell();
            await AskAsync(CancellationToken.None);
        }
    }

    public void Dispose()
    {
        lock (_telling)
            _lapse?.Dispose();
        _asking.Dispose();
    }

    /// <returns>How long to wait before the next time.</returns>
    internal async Task<TimeSpan> AskAsync(CancellationToken cancellation)
    {
        await _asking.WaitAsync(cancellation);
        try
        {
            ImmutableArray<SourceId> wanted = [.. sources().All.Select(source => source.Id)];
            var (asked, doubts) = (time.GetTimestamp(), Volatile.Read(ref _doubts));
            var answer = await store.HoldAsync(wanted, cancellation);
            Volatile.Write(ref _trouble, null);
            if (doubts != Volatile.Read(ref _doubts))
                return TimeSpan.Zero; // asked before that: nobody knows how long ago
            var others = OthersBefore(wanted, answer);
            if (!IsNoted(wanted, answer, asked, others, doubts))
                return TimeSpan.Zero;
            if (others.Count > 0)
            {
                // What was ours all along does not wait for it.
                await TakingOver!(others, cancellation);
                if (Hearing is { } hear)
                    await hear(cancellation);
                if (!IsNoted(wanted, answer, asked, [], doubts))
                    return TimeSpan.Zero;
            }

            return answer.Term is { } term ? Longer((term / Renewals) - time.GetElapsedTime(asked), AfterFailure) : Timeout.InfiniteTimeSpan;
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            if (Interlocked.Exchange(ref _trouble, trouble.Message) is null)
                LogNotRenewed(log, trouble.Message);
            return AfterFailure;
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task HearAsync(CancellationToken stop)
    {
        try
        {
            if (Hearing is { } hear)
                await hear(stop);
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            LogNotHeard(log, trouble.Message);
        }
        catch (OperationCanceledException)
        {
            // The relay stops.
        }
    }

    /// <param name="but">These are not ours yet.</param>
    /// <returns>False: in doubt again, nothing is ours.</returns>
    private bool IsNoted(ImmutableArray<SourceId> wanted, LeaseAnswer answer, long asked, ImmutableHashSet<SourceId> but, int doubts)
    {
        if (doubts != Volatile.Read(ref _doubts))
            return false;
        Note(wanted, answer, asked, but);
        if (doubts != Volatile.Read(ref _doubts))
        {
            EndAll();
            return false;
        }

        Tell();
        return true;
    }

    // The token tells: a lease that ran out and that nobody else had meanwhile comes back with the same.
    private ImmutableHashSet<SourceId> OthersBefore(ImmutableArray<SourceId> wanted, LeaseAnswer answer) => TakingOver is null || answer.Term is null
        ? []
        : [.. answer.Leases.Where(lease => lease.IsOurs && !(LeaseOf(lease.Source) is { IsOurs: true } known && known.Token == lease.Token)).Select(lease => lease.Source)];

    private void Note(ImmutableArray<SourceId> wanted, LeaseAnswer answer, long asked, ImmutableHashSet<SourceId> but)
    {
        var until = answer.Term is { } term ? asked + (long)((term - (term / Spare)).TotalSeconds * time.TimestampFrequency) : long.MaxValue;
        var leases = answer.Leases.ToDictionary(lease => lease.Source);
        foreach (var source in wanted)
        {
            if (but.Contains(source))
                continue;
            var entry = _entries.GetOrAdd(source, static (_, now) => new Entry(now), time.GetUtcNow());
            entry.Lease = leases.GetValueOrDefault(source);
            entry.Until = answer.Term is null || entry.Lease is { IsOurs: true } ? until : 0;
        }

        foreach (var source in _entries.Keys.Except(wanted).ToList())
            _entries.TryRemove(source, out _);
    }

    // Also when the clock alone has ended a lease: what waits in memory goes back, and the hold is shown.
    private void Tell()
    {
        var changed = new List<(SourceId Source, bool Held)>();
        lock (_telling)
        {
            var next = long.MaxValue;
            foreach (var (source, entry) in _entries)
            {
                var held = IsHeld(entry);
                if (held)
                    next = Math.Min(next, entry.Until);
                if (held == entry.IsTold)
                    continue;
                (entry.IsTold, entry.Since) = (held, time.GetUtcNow());
                changed.Add((source, held));
            }

            _lapse ??= time.CreateTimer(_ => Tell(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _lapse.Change(next == long.MaxValue ? Timeout.InfiniteTimeSpan : Longer(time.GetElapsedTime(time.GetTimestamp(), next), TimeSpan.FromMilliseconds(1)), Timeout.InfiniteTimeSpan);
        }

        foreach (var (held, count) in changed.CountBy(change => change.Held))
            LogChanged(log, count, held ? "held by this node" : "not held by this node (FB-08)");
        foreach (var (source, _) in changed)
            Changed?.Invoke(source);
    }

    private bool IsHeld(Entry entry) => entry.Until is var until && (until == long.MaxValue || time.GetTimestamp() < until);

    private void EndAll()
    {
        foreach (var (_, entry) in _entries)
            if (entry.Until != long.MaxValue)
                entry.Until = 0;
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
