using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Namesake.Core.Identity;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>The lanes and sites operators have suspended. Stored before it is answered, so that a restart opens none of them; read without a lock for every message.</summary>
/// <remarks>They lie beside the verdicts, under "suspension:SOURCE|SITE", with "*" for every source: both say what may not go, and must be known before anything is sent.
/// A lane of a source that is configured no longer stays suspended: the source may come back.</remarks>
public sealed partial class Suspensions : IDisposable
{
    private const string Prefix = "suspension:";

    /// <param name="Source">Null: every source.</param>
    private readonly record struct Way(SourceId? Source, SiteId Site)
    {
        public string Key => $"{Prefix}{StoredSuspension.TextOf(Source)}|{Site}";
    }

    private ImmutableDictionary<Way, Suspension> _suspended = ImmutableDictionary<Way, Suspension>.Empty;
    private readonly SemaphoreSlim _storing = new(1, 1);
    private readonly IIdentityStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private DateTimeOffset? _heard; // by the store's clock

    public Suspensions(IIdentityStore store, TimeProvider time, ILogger log) => (_store, _time, _log) = (store, time, log);

    /// <summary>Those in force.</summary>
    public IEnumerable<Suspension> All => _suspended.Values.Where(suspension => !suspension.IsOver(_time.GetUtcNow()));

    /// <summary>Takes up what was suspended before the restart, and forgets what has ended meanwhile. Once, before anything is sent.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        foreach (var (key, json) in await _store.LoadAsync(cancellation))
        {
            if (!key.StartsWith(Prefix, StringComparison.Ordinal) || Read(key, json) is not { } suspension)
                continue;
            if (suspension.IsOver(_time.GetUtcNow()))
                await _store.SaveAsync(key, null);
            else
                ImmutableInterlocked.AddOrUpdate(ref _suspended, WayOf(suspension), suspension, (_, _) => suspension);
        }
    }

    /// <summary>Null when nothing has closed the lane, or not any more: neither its own suspension nor its site's. A receiver that several operators share is suspended with each of them.</summary>
    public Suspension? Find(LaneKey lane)
    {
        var all = _suspended; // of one moment: what is closed by two words is not open between them
        return all.IsEmpty ? null : Find(all, lane.Source, lane.Site) ?? Find(all, null, lane.Site);
    }

    /// <summary>Null when the site isn't suspended for every source, or not any more.</summary>
    public Suspension? Find(SiteId site) => Find(_suspended, null, site);

    private Suspension? Find(ImmutableDictionary<Way, Suspension> all, SourceId? source, SiteId site)
    {
        if (all.IsEmpty)
            return null;
        if (InForce(all, source, site) is { } own)
            return own;
        foreach (var one in site.Operators)
            if (InForce(all, source, one) is { } shared)
                return shared;
        return null;
    }

    private Suspension? InForce(ImmutableDictionary<Way, Suspension> all, SourceId? source, SiteId site) =>
        all.TryGetValue(new Way(source, site), out var suspension) && !suspension.IsOver(_time.GetUtcNow()) ? suspension : null;

    /// <summary>In place of an earlier one of the same lane or site.</summary>
    internal Task SuspendAsync(Suspension suspension) => StoreAsync(WayOf(suspension), suspension);

    /// <param name="source">Null: the suspension of every source. Those of single lanes stay, each by a word of its own.</param>
    /// <returns>What was suspended; null: nothing.</returns>
    internal async Task<Suspension?> ResumeAsync(SourceId? source, SiteId site, string by)
    {
        if (InForce(_suspended, source, site) is not { } suspension)
            return null;
        await StoreAsync(WayOf(suspension), null);
        LogResumed(suspension.What, by);
        return suspension;
    }

    /// <summary>Takes up what operators suspended and resumed on other nodes.</summary>
    /// <returns>Whether any lane or site is suspended since, and whether any is open again.</returns>
    internal async Task<(bool IsAnySuspended, bool IsAnyResumed)> HearAsync(CancellationToken cancellation)
    {
        // Under the lock from the question on: nothing that is said here meanwhile is older than the answer.
        await _storing.WaitAsync(cancellation);
        try
        {
            var changes = await _store.ChangesAsync(Prefix, _heard, cancellation);
            var (suspended, resumed) = (false, false);
            foreach (var (key, json) in changes.States)
            {
                if (json is null || Read(key, json) is not { } told)
                    continue;
                if (told.IsOver(_time.GetUtcNow()))
                {
                    if (!ImmutableInterlocked.TryRemove(ref _suspended, WayOf(told), out _))
                        continue;
                    resumed = true; // its end was brought forward, and is past
                    LogEnded(told.What);
                    continue;
                }

                if (_suspended.TryGetValue(WayOf(told), out var known) && known with { Since = told.Since } == told)
                    continue;
                ImmutableInterlocked.AddOrUpdate(ref _suspended, WayOf(told), told, (_, _) => told);
                suspended = true;
                LogSuspended(told.What, told.By, told.Until?.ToString("u") ?? "it is resumed", told.Reason);
            }

            foreach (var (way, suspension) in _suspended)
            {
                if (changes.States.TryGetValue(way.Key, out var json) ? json is not null : !changes.IsAll)
                    continue;
                if (!TryRemove(way, suspension))
                    continue;
                resumed = true;
                LogResumed(suspension.What, "another node");
            }

            _heard = changes.Until;
            return (suspended, resumed);
        }
        finally
        {
            _storing.Release();
        }
    }

    /// <summary>Lets go of those that ended by themselves; what is stored of them is forgotten at the next start.</summary>
    /// <returns>Whether any did.</returns>
    internal bool Prune()
    {
        var any = false;
        foreach (var (way, suspension) in _suspended)
        {
            if (!suspension.IsOver(_time.GetUtcNow()) || !TryRemove(way, suspension))
                continue;
            LogEnded(suspension.What);
            any = true;
        }

        return any;
    }

    public void Dispose() => _storing.Dispose();

    private async Task StoreAsync(Way way, Suspension? suspension)
    {
        // One at a time: of two operators the one who was answered last is the one who counts, in memory and on disk.
        await _storing.WaitAsync();
        try
        {
            await _store.SaveAsync(way.Key,
                suspension is null ? null : JsonSerializer.Serialize(StoredSuspension.Of(suspension), SuspensionJson.Default.StoredSuspension));
            if (suspension is null)
                ImmutableInterlocked.TryRemove(ref _suspended, way, out _);
            else
            {
                ImmutableInterlocked.AddOrUpdate(ref _suspended, way, suspension, (_, _) => suspension);
                LogSuspended(suspension.What, suspension.By, suspension.Until?.ToString("u") ?? "it is resumed", suspension.Reason);
            }
        }
        finally
        {
            _storing.Release();
        }
    }

    /// <summary>Unless another has taken its place.</summary>
    private bool TryRemove(Way way, Suspension suspension) =>
        ImmutableInterlocked.Update(ref _suspended, (all, gone) => all.TryGetValue(gone.way, out var found) && ReferenceEquals(found, gone.suspension) ? all.Remove(gone.way) : all, (way, suspension));

    private static Way WayOf(Suspension suspension) => new(suspension.Source, suspension.Site);

    /// <summary>What can't be read closes its way all the same: that it was suspended its key tells.</summary>
    private Suspension? Read(string key, string json)
    {
        string trouble;
        try
        {
            if (JsonSerializer.Deserialize(json, SuspensionJson.Default.StoredSuspension) is { Version: StoredSuspension.CurrentVersion } stored)
                return stored.ToSuspension();
            trouble = "it is of another version";
        }
        catch (JsonException failure)
        {
            trouble = failure.Message;
        }

        if (key[Prefix.Length..].Split('|', 2) is not [{ Length: > 0 } source, { Length: > 0 } site])
        {
            LogLost(key, trouble);
            return null;
        }

        LogUnreadable(key, trouble);
        return new Suspension(StoredSuspension.SourceOf(source), new SiteId(site), $"what was said of it can't be read: {trouble}", "an earlier version or a damaged record", _time.GetUtcNow(), null);
    }

    [LoggerMessage(110, LogLevel.Warning, "{Way} is suspended by {By} until {Until}: {Reason}")]
    private partial void LogSuspended(string way, string by, string until, string reason);

    [LoggerMessage(111, LogLevel.Warning, "{Way} is resumed by {By}")]
    private partial void LogResumed(string way, string by);

    [LoggerMessage(112, LogLevel.Warning, "{Way} is no longer suspended: its time is over")]
    private partial void LogEnded(string way);

    [LoggerMessage(113, LogLevel.Error, "The stored {Suspension} cannot be read: what it is of stays suspended until somebody resumes it. {Trouble}")]
    private partial void LogUnreadable(string suspension, string trouble);

    [LoggerMessage(115, LogLevel.Error, "The stored {Suspension} cannot be read, and what it is of neither: mail leaves as if it were not suspended. {Trouble}")]
    private partial void LogLost(string suspension, string trouble);
}
