using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Suppression;

// Over restarts, between nodes, and by hand.
public sealed partial class Suppressions
{
    private const int Page = 5_000;

    private const int Slice = 500;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(30);

    /// <summary>Other nodes' clocks, and transactions that were long under way.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    private DateTimeOffset _seen;

    /// <summary>Takes up what is stored. Once, before mail is accepted.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        var began = _time.GetUtcNow();
        for (SuppressionKey? after = null; ;)
        {
            var marks = await _store.MarksAsync(after, Page, cancellation);
            foreach (var mark in marks)
                Remember(mark);
            if (marks.Length < Page)
                break;
            after = marks[^1].Key;
        }

        _seen = began;
        if (_listed.Count + _counted.Count > 0)
            LogLoaded(_listed.Count, _counted.Count);
    }

    /// <summary>Sees what other nodes change, and forgets what isn't worth keeping, as long as the relay runs.</summary>
    public async Task KeepAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(BetweenLooks, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                try
                {
                    await LookAsync(stop);
                    await ForgetAsync();
                }
                catch (IOException trouble)
                {
                    LogNotKept(trouble.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>The list as it is stored, a page at a time.</summary>
    public Task<ImmutableArray<SuppressionEntry>> PageAsync(BrandId? brand, bool counted, SuppressionKey? after, int limit, CancellationToken cancellation) =>
        _store.PageAsync(brand, counted, after, limit, cancellation);

    /// <summary>One entry as it is stored, in force or not.</summary>
    public Task<SuppressionEntry?> StoredAsync(SuppressionKey key, CancellationToken cancellation) => _store.FindAsync(key, cancellation);

    /// <summary>A person says that nothing goes there any more.</summary>
    /// <param name="until">Null: until it is lifted.</param>
    /// <returns>Null: the list is full.</returns>
    public async Task<SuppressionEntry?> AddAsync(BrandId brand, Mailbox recipient, string reason, string by, DateTimeOffset? until)
    {
        var key = SuppressionKey.Of(brand, recipient);
        if (_listed.Count >= Most && !_listed.Contains(key))
            return null;
        var known = await _store.FindAsync(key, CancellationToken.None);
        var now = Later(known);
        var entry = (known ?? new SuppressionEntry(key)) with { Since = now, Until = until, Origin = SuppressionOrigin.Hand, Reason = reason, By = by, Changed = now };
        await _store.SaveAsync([entry]);
        Remember(new SuppressionMark(key, true, now));
        _metrics.Added(brand, SuppressionOrigin.Hand);
        LogAdded(by, key.Address, brand.Value, until is { } end ? $"until {end:yyyy-MM-dd HH:mm} UTC" : "until it is lifted", reason);
        return entry;
    }

    /// <summary>Takes over entries of another list. They go before what is here, and have its dates where it told them; but what receivers said doesn't go before a person's word that is in force.</summary>
    public async Task<SuppressionImport> ImportAsync(ImmutableArray<SuppressionEntry> entries, string by)
    {
        var room = Math.Max(0, Most - _listed.Count);
        var given = entries.Length <= room ? entries : entries[..room];
        var now = Later(null);
        foreach (var slice in given.Where(entry => entry.IsByPerson).Chunk(Slice))
        {
            await _store.SaveAsync([.. slice.Select(entry => Given(entry, by, now))]);
            foreach (var entry in slice)
                Imported(entry, now);
        }

        // Behind the others: a person's word may have come with them.
        var kept = 0;
        foreach (var entry in given.Where(entry => !entry.IsByPerson))
            kept += await TryImportAsync(entry, by) ? 0 : 1;
        if (given.Length > kept)
            LogImported(by, given.Length - kept);
        return new SuppressionImport(given.Length - kept, kept, given.Length < entries.Length);
    }

    /// <returns>False: a person's word stands there.</returns>
    private async Task<bool> TryImportAsync(SuppressionEntry entry, string by)
    {
        for (var tries = 0; tries < TriesToSave; tries++)
        {
            var known = await _store.FindAsync(entry.Key, CancellationToken.None);
            var now = Later(known);
            if (known is { IsByPerson: true } && known.IsInForce(now))
                return false;
            if (!await _store.TrySaveAsync(Given(entry, by, now), known?.Changed))
                continue;
            Imported(entry, now);
            return true;
        }

        return false; // whoever changes it so often knows better
    }

    private static SuppressionEntry Given(SuppressionEntry entry, string by, DateTimeOffset now) => entry with { Since = entry.Since ?? now, By = entry.By ?? by, Changed = now };

    private void Imported(SuppressionEntry entry, DateTimeOffset now)
    {
        Remember(new SuppressionMark(entry.Key, true, now));
        _metrics.Added(entry.Key.Brand, entry.Origin);
    }

    /// <summary>A person lifts it. What was counted is forgotten too: the next refusal is the first.</summary>
    /// <returns>What was lifted; null: there was nothing.</returns>
    public async Task<SuppressionEntry?> RemoveAsync(BrandId brand, Mailbox recipient, string by)
    {
        var key = SuppressionKey.Of(brand, recipient);
        var known = await _store.FindAsync(key, CancellationToken.None);
        if (known is null)
            return null;
        await _store.RemoveAsync([key]);
        Forget(key);
        if (known.Since is not null)
            Lifted(key, by);
        return known;
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        var began = _time.GetUtcNow();
        var from = _seen - Overlap;
        for (SuppressionMark? after = null; ;)
        {
            var marks = await _store.ChangedAsync(from, after, Page, cancellation);
            foreach (var mark in marks)
                Remember(mark);
            if (marks.Length < Page)
                break;
            after = marks[^1];
        }

        _seen = began;
    }

    private async Task ForgetAsync()
    {
        ImmutableArray<SuppressionKey> gone;
        do
        {
            gone = await _store.ForgetAsync(_time.GetUtcNow(), Slice);
            foreach (var key in gone)
                Forget(key);
        }
        while (gone.Length == Slice);
    }
}
