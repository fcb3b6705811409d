using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline.Submission;

// Who is frozen, since when and why; and what was forgiven to whom.
public sealed partial class Submitters
{
    /// <summary>How long somebody who is only observed is shown after it was noticed.</summary>
    private static readonly TimeSpan ObservedFor = TimeSpan.FromHours(24);

    private readonly ConcurrentDictionary<string, Freeze> _frozen = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Freeze> _observed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Forgiveness> _forgiven = new(StringComparer.Ordinal);
    /// <summary>By what their queued mail is held; after a thaw until all of it is released.</summary>
    private readonly ConcurrentDictionary<string, HoldId> _holds = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, byte> _unstored = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _storing = new(1, 1);

    /// <summary>What is said here and what is heard of other nodes don't mix.</summary>
    private readonly Lock _words = new();

    private DateTimeOffset? _heard; // by the store's clock

    /// <summary>Somebody was frozen or thawed, or noticed where the rules only observe. Raised on whatever thread that came from: handlers must not block.</summary>
    public event Action<Freeze>? Changed;

    /// <summary>Those that are frozen, and those that are only observed.</summary>
    public IEnumerable<Freeze> Freezes
    {
        get
        {
            foreach (var (name, freeze) in _observed)
                if (freeze.Since + ObservedFor < _time.GetUtcNow())
                    _observed.TryRemove(KeyValuePair.Create(name, freeze));
            return _frozen.Select(pair => pair.Value).Concat(_observed.Select(pair => pair.Value));
        }
    }

    /// <summary>Null: it may hand in, and its mail may go.</summary>
    public Freeze? FreezeOf(string name) => _frozen.TryGetValue(name, out var freeze) ? freeze : null;

    /// <summary>By what mail of this submitter may be held in the spool; null: none is, or not for a freeze.</summary>
    public HoldId? HoldOf(string name) => _holds.TryGetValue(name, out var hold) ? hold : null;

    /// <summary>Whether this hold is one of a freeze, or was until a thaw and is being released.</summary>
    public bool Holds(HoldId hold) => _holds.Any(pair => pair.Value == hold);

    /// <summary>Takes up who was frozen before the restart, and what was handed in today. Once, before anything is accepted or sent.</summary>
    /// <remarks>A store that can't give the day's sums, as one whose disk needs more than the second a read may take, keeps nobody's mail waiting: the day begins anew. One that can't say who is frozen does.</remarks>
    public async Task LoadAsync(ITallyStore tallies, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tallies);
        try
        {
            Take(await tallies.HeaviestAsync(DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime), TallyScope.Submitter, MostOfToday, cancellation));
        }
        catch (SpoolUnavailableException trouble)
        {
            LogTodayUnread(trouble.Message);
        }

        foreach (var (name, json) in await _store.FreezesAsync(cancellation))
        {
            if (Read(name, json) is not { } stored)
                continue;
            if (stored.Freeze?.ToFreeze(name) is { } freeze)
                _frozen[name] = freeze;
            if (stored.Hold is { } hold)
                _holds[name] = new HoldId(hold);
            if (stored.Forgiven is { } forgiven)
                _forgiven[name] = forgiven;
        }
    }

    /// <summary>By an operator's word; in place of what the relay found.</summary>
    public async Task<Freeze> FreezeAsync(string name, string reason, string by)
    {
        var freeze = new Freeze(name, _known.Find(name)?.Brand ?? BrandOf(name), Freeze.ByOperator, reason, by, _time.GetUtcNow(), NumbersOf(name) ?? default);
        Set(freeze);
        await StoreAsync(name);
        return freeze;
    }

    /// <summary>It may hand in again. What it did today is a day of its history from now on, and its hour begins anew, so that it isn't frozen at once for what it was frozen for.</summary>
    /// <param name="quietUntil">Its volume isn't judged before; null: it is.</param>
    /// <returns>What it was frozen for; null: it was neither frozen nor observed.</returns>
    public async Task<Freeze?> ThawAsync(string name, DateTimeOffset? quietUntil, string by)
    {
        var was = FreezeOf(name) ?? _observed.GetValueOrDefault(name);
        if (was is null)
            return null;
        var now = _time.GetUtcNow();
        lock (_words)
        {
            _unstored[name] = 0;
            _forgiven[name] = _known.Find(name)?.Forgive(quietUntil, now) ?? new Forgiveness(DateOnly.FromDateTime(now.UtcDateTime), 0, quietUntil);
            _observed.TryRemove(name, out _);
            _frozen.TryRemove(name, out _);
        }

        LogThawed(name, by, quietUntil?.ToString("u") ?? "no time");
        Changed?.Invoke(was); // First: what is held goes also when the thaw can be stored only later.
        await StoreAsync(name);
        return was;
    }

    /// <summary>Takes up who was frozen and thawed on other nodes. What is said here and isn't stored yet stays: it is stored behind that.</summary>
    public async Task HearAsync(CancellationToken cancellation)
    {
        var told = new List<Freeze>();
        await _storing.WaitAsync(cancellation);
        try
        {
            var changes = await _store.FreezeChangesAsync(_heard, cancellation);
            foreach (var (name, json) in changes.States)
                if (json is null)
                    Hear(name, null, told);
                else if (Read(name, json) is { } stored)
                    Hear(name, stored, told);
            if (changes.IsAll)
                foreach (var name in _frozen.Keys.Concat(_holds.Keys).Concat(_forgiven.Keys).Distinct().Where(name => !changes.States.ContainsKey(name)))
                    Hear(name, null, told);
            _heard = changes.Until;
        }
        finally
        {
            _storing.Release();
        }

        foreach (var freeze in told)
            Changed?.Invoke(freeze);
    }

    private void Hear(string name, StoredSubmitter? stored, List<Freeze> told)
    {
        lock (_words)
        {
            if (_unstored.ContainsKey(name))
                return;
            if (stored?.Hold is { } hold)
                _holds[name] = new HoldId(hold);
            else
                _holds.TryRemove(name, out _);
            var (was, now) = (FreezeOf(name), stored?.Freeze?.ToFreeze(name));
            // Its hour here begins anew too, or what led to the freeze would lead to the next.
            var own = was is not null && now is null ? _known.Find(name)?.Forgive(stored?.Forgiven?.QuietUntil, _time.GetUtcNow()) : null;
            if (stored?.Forgiven is { } forgiven)
                _forgiven[name] = own is not null && own.Day == forgiven.Day && own.Recipients > forgiven.Recipients ? own : forgiven;
            else
                _forgiven.TryRemove(name, out _);
            if (now == was)
                return;
            if (now is null)
            {
                _frozen.TryRemove(name, out _);
                LogThawed(name, "another node", stored?.Forgiven?.QuietUntil?.ToString("u") ?? "no time");
            }
            else
            {
                _frozen[name] = now;
                _observed.TryRemove(name, out _);
                LogFrozen(name, now.Brand?.Value ?? "none", now.By, now.Rule, now.Reason, now.Numbers.Messages, now.Numbers.Recipients);
            }

            told.Add(now ?? was!);
        }
    }

    internal IEnumerable<string> MayHaveHeldMail => _holds.Select(pair => pair.Key);

    /// <summary>Nothing of it is held any more. One who was frozen anew meanwhile keeps the hold.</summary>
    internal async Task ReleasedAsync(string name)
    {
        await HearAsync(CancellationToken.None); // frozen anew on another node meanwhile?
        lock (_words)
        {
            if (FreezeOf(name) is not null || !_holds.TryRemove(name, out _))
                return;
            _unstored[name] = 0;
        }

        await StoreAsync(name);
    }

    /// <summary>Mail of somebody frozen was in memory and is back in the spool, to be held there.</summary>
    internal void Returned(string name) => MailReturned?.Invoke(name);

    internal event Action<string>? MailReturned;

    public void Dispose() => _storing.Dispose();

    private Forgiveness? ForgivenTo(string name) => _forgiven.GetValueOrDefault(name);

    private void Noticed(Submitter submitter, Anomaly anomaly, AnomalyMode mode, DateTimeOffset now)
    {
        var freeze = new Freeze(submitter.Name, submitter.Brand, anomaly.Rule, anomaly.Text, Freeze.ByRelay, now, submitter.Numbers(now), IsObserved: mode == AnomalyMode.Observe);
        if (freeze.IsObserved)
        {
            if (_observed.TryGetValue(freeze.Submitter, out var before) && before.Since + ObservedFor >= now)
                return;
            _observed[freeze.Submitter] = freeze;
            LogObserved(freeze.Submitter, submitter.Brand.Value, freeze.Rule, freeze.Reason, freeze.Numbers.Messages, freeze.Numbers.Recipients);
            Changed?.Invoke(freeze);
            return;
        }

        if (!Set(freeze, onlyIfNew: true))
            return;
        // Nor does what led to it speak for everybody, or the next one would be excused by it.
        var (_, _, delivered, refused) = submitter.Hour(now);
        lock (_everybodyLock)
            _everybody.Add(new HourSums(0, 0, -delivered, -refused), now);
        // Nobody waits for it: whoever hands in next is refused already. Tried again with the next save if the store doesn't take it.
        _ = StoreUnstoredAsync();
    }

    private bool Set(Freeze freeze, bool onlyIfNew = false)
    {
        lock (_words)
        {
            if (onlyIfNew ? !_frozen.TryAdd(freeze.Submitter, freeze) : (_frozen[freeze.Submitter] = freeze) is null)
                return false;
            _unstored[freeze.Submitter] = 0;
            _observed.TryRemove(freeze.Submitter, out _);
            _holds.GetOrAdd(freeze.Submitter, HoldFor);
        }

        LogFrozen(freeze.Submitter, freeze.Brand?.Value ?? "none", freeze.By, freeze.Rule, freeze.Reason, freeze.Numbers.Messages, freeze.Numbers.Recipients);
        Changed?.Invoke(freeze);
        return true;
    }

    /// <summary>The same on every node: two that freeze one submitter at the same time hold its mail by one name.</summary>
    private static HoldId HoldFor(string name) => new(BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name))) & long.MaxValue);

    private async Task StoreUnstoredAsync()
    {
        foreach (var (name, _) in _unstored)
        {
            try
            {
                await StoreAsync(name);
            }
            catch (SpoolUnavailableException trouble)
            {
                LogUnstored(name, trouble.Message);
            }
        }
    }

    /// <summary>What is known of it now, so that the last one to come here leaves the truth.</summary>
    private async Task StoreAsync(string name)
    {
        _unstored[name] = 0;
        await _storing.WaitAsync();
        try
        {
            _unstored.TryRemove(name, out _); // first: what is said from here on is noted again
            var stored = new StoredSubmitter(StoredSubmitter.CurrentVersion, FreezeOf(name) is { } freeze ? StoredFreeze.Of(freeze) : null, HoldOf(name)?.Value, ForgivenTo(name));
            await _store.SaveFreezeAsync(name, stored is { Freeze: null, Hold: null, Forgiven: null } ? null : JsonSerializer.Serialize(stored, SubmitterJson.Default.StoredSubmitter));
        }
        catch
        {
            _unstored[name] = 0;
            throw;
        }
        finally
        {
            _storing.Release();
        }
    }

    private StoredSubmitter? Read(string name, string json)
    {
        try
        {
            if (JsonSerializer.Deserialize(json, SubmitterJson.Default.StoredSubmitter) is { Version: StoredSubmitter.CurrentVersion } stored)
                return stored;
            LogUnreadable(name, "it is of another version");
        }
        catch (JsonException trouble)
        {
            LogUnreadable(name, trouble.Message);
        }

        return null;
    }
}
