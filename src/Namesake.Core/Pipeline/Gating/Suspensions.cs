using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Namesake.Core.Identity;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>The lanes operators have suspended. Stored before it is answered, so that a restart opens none of them; read without a lock for every message.</summary>
/// <remarks>They lie beside the verdicts, under "suspension:SOURCE|SITE": both say what may not go, and must be known before anything is sent.
/// A lane of a source that is configured no longer stays suspended: the source may come back.</remarks>
public sealed partial class Suspensions : IDisposable
{
    private const string Prefix = "suspension:";

    private readonly ConcurrentDictionary<LaneKey, Suspension> _suspended = new();
    private readonly SemaphoreSlim _storing = new(1, 1);
    private readonly IIdentityStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private DateTimeOffset? _heard; // by the store's clock

    public Suspensions(IIdentityStore store, TimeProvider time, ILogger log) => (_store, _time, _log) = (store, time, log);

    /// <summary>Those in force.</summary>
    public IEnumerable<Suspension> All => _suspended.ToArray().Select(pair => pair.Value).Where(suspension => !suspension.IsOver(_time.GetUtcNow()));

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
                _suspended[suspension.Lane] = suspension;
        }
    }

    /// <summary>Null when the lane isn't suspended, or not any more. A receiver that several operators share is suspended with each of them.</summary>
    public Suspension? Find(LaneKey lane)
    {
        if (_suspended.IsEmpty)
            return null;
        return InForce(lane) ?? lane.Site.Operators.Select(one => InForce(lane with { Site = one })).FirstOrDefault(suspension => suspension is not null);
    }

    private Suspension? InForce(LaneKey lane) =>
        _suspended.TryGetValue(lane, out var suspension) && !suspension.IsOver(_time.GetUtcNow()) ? suspension : null;

    /// <summary>In place of an earlier one of the same lane.</summary>
    internal Task SuspendAsync(Suspension suspension) => StoreAsync(suspension.Lane, suspension);

    /// <returns>What was suspended; null: nothing.</returns>
    internal async Task<Suspension?> ResumeAsync(LaneKey lane, string by)
    {
        if (InForce(lane) is not { } suspension)
            return null;
        await StoreAsync(lane, null);
        LogResumed(lane.ToString(), by);
        return suspension;
    }

    /// <summary>Takes up what operators suspended and resumed on other nodes.</summary>
    /// <returns>The lanes that are suspended since, and whether any is open again.</returns>
    internal async Task<(ImmutableArray<LaneKey> Suspended, bool IsAnyResumed)> HearAsync(CancellationToken cancellation)
    {
        // Under the lock from the question on: nothing that is said here meanwhile is older than the answer.
        await _storing.WaitAsync(cancellation);
        try
        {
            var changes = await _store.ChangesAsync(Prefix, _heard, cancellation);
            var (suspended, resumed) = (ImmutableArray.CreateBuilder<LaneKey>(), false);
            foreach (var (key, json) in changes.States)
            {
                if (json is null || Read(key, json) is not { } told)
                    continue;
                if (told.IsOver(_time.GetUtcNow()) || (_suspended.TryGetValue(told.Lane, out var known) && known with { Since = told.Since } == told))
                    continue;
                _suspended[told.Lane] = told;
                suspended.Add(told.Lane);
                LogSuspended(told.Lane.ToString(), told.By, told.Until?.ToString("u") ?? "it is resumed", told.Reason);
            }

            foreach (var (lane, suspension) in _suspended)
            {
                if (changes.States.TryGetValue(KeyOf(lane), out var json) ? json is not null : !changes.IsAll)
                    continue;
                if (!_suspended.TryRemove(KeyValuePair.Create(lane, suspension)))
                    continue;
                resumed = true;
                LogResumed(lane.ToString(), "another node");
            }

            _heard = changes.Until;
            return (suspended.ToImmutable(), resumed);
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
        foreach (var (lane, suspension) in _suspended)
        {
            if (!suspension.IsOver(_time.GetUtcNow()) || !_suspended.TryRemove(KeyValuePair.Create(lane, suspension)))
                continue;
            LogEnded(lane.ToString());
            any = true;
        }

        return any;
    }

    public void Dispose() => _storing.Dispose();

    private async Task StoreAsync(LaneKey lane, Suspension? suspension)
    {
        // One at a time: of two operators the one who was answered last is the one who counts, in memory and on disk.
        await _storing.WaitAsync();
        try
        {
            await _store.SaveAsync(KeyOf(lane),
                suspension is null ? null : JsonSerializer.Serialize(StoredSuspension.Of(suspension), SuspensionJson.Default.StoredSuspension));
            if (suspension is null)
                _suspended.TryRemove(lane, out _);
            else
            {
                _suspended[lane] = suspension;
                LogSuspended(lane.ToString(), suspension.By, suspension.Until?.ToString("u") ?? "it is resumed", suspension.Reason);
            }
        }
        finally
        {
            _storing.Release();
        }
    }

    private static string KeyOf(LaneKey lane) => $"{Prefix}{lane.Source}|{lane.Site}";

    /// <summary>What can't be read closes its lane all the same: that it was suspended its key tells.</summary>
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
        return new Suspension(new LaneKey(new SourceId(source), new SiteId(site)), $"what was said of it can't be read: {trouble}", "an earlier version or a damaged record", _time.GetUtcNow(), null);
    }

    [LoggerMessage(110, LogLevel.Warning, "{Lane} is suspended by {By} until {Until}: {Reason}")]
    private partial void LogSuspended(string lane, string by, string until, string reason);

    [LoggerMessage(111, LogLevel.Warning, "{Lane} is resumed by {By}")]
    private partial void LogResumed(string lane, string by);

    [LoggerMessage(112, LogLevel.Warning, "{Lane} is no longer suspended: its time is over")]
    private partial void LogEnded(string lane);

    [LoggerMessage(113, LogLevel.Error, "The stored {Suspension} cannot be read: its lane stays suspended until somebody resumes it. {Trouble}")]
    private partial void LogUnreadable(string suspension, string trouble);

    [LoggerMessage(115, LogLevel.Error, "The stored {Suspension} cannot be read, and which lane it is of neither: mail leaves as if it were not suspended. {Trouble}")]
    private partial void LogLost(string suspension, string trouble);
}
