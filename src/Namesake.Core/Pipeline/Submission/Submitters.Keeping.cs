using System.Collections.Concurrent;
using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline.Submission;

// Days that outlive a restart.
public sealed partial class Submitters
{
    /// <summary>Tallies of today that are read before anything is accepted, a fifth of a second: whoever isn't among them begins the day anew, having handed in less than all who are.</summary>
    private const int MostOfToday = Most / 2;

    /// <summary>Tallies of the history read behind the start, a second or two.</summary>
    private const int MostRead = 500_000;

    /// <summary>From so many on only those are remembered anew who are judged otherwise without a history: the light ones would push each other out.</summary>
    private const int Crowded = Most - (Most / 8);

    private const int MostUnsaved = 2 * Most;

    private readonly ConcurrentQueue<Submitter> _unsaved = new();

    /// <summary>Reads the days of the history. Until it is done no brand is known, so no volume is judged.</summary>
    /// <remarks>Each day gives its heaviest, as many as all days have room for. Whoever is left out is judged as one without a history in a brand that is known: by more than it would have been allowed,
    /// unless it hands in more than the floor a day, and such are never left out for the many who don't.</remarks>
    public async Task LoadHistoryAsync(ITallyStore store, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        var today = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
        var first = await FirstDayAsync(store, today, cancellation);
        var since = await BrandsAsync(store, first, today, cancellation);
        var left = MostRead;
        for (var (day, days) = (today.AddDays(-1), Submitter.DaysOfHistory); days > 0; (day, days) = (day.AddDays(-1), days - 1))
        {
            var tallies = await store.HeaviestAsync(day, TallyScope.Submitter, Math.Min(left / days, Most), cancellation);
            foreach (var brand in Take(tallies))
                since[brand] = since.TryGetValue(brand, out var known) && known < day ? known : day;
            left -= tallies.Length;
            // What users did before submitters had tallies of their own is history too, but tells nothing of the others of their brand.
            if (day > first)
                continue;
            tallies = await store.HeaviestAsync(day, TallyScope.User, Math.Min(left / days, Most), cancellation);
            Take(tallies);
            left -= tallies.Length;
        }

        foreach (var (brand, day) in since)
            _brandsSince.AddOrUpdate(brand, day, (_, known) => known < day ? known : day);
        ForgetForgiveness(today);
    }

    /// <summary>From when on there are tallies of submitters; after today: there are none.</summary>
    private static async Task<DateOnly> FirstDayAsync(ITallyStore store, DateOnly today, CancellationToken cancellation)
    {
        for (var day = today.AddDays(-Submitter.DaysOfHistory); day < today; day = day.AddDays(1))
            if (await store.TalliesAsync(day, new TallyKey(day, TallyScope.Submitter, ""), 1, cancellation) is [{ Key: var key }] && key.Day == day && key.Scope == TallyScope.Submitter)
                return day;
        return today.AddDays(1);
    }

    /// <summary>Since when brands are known, by tallies of their own: however many submitters are left out, no brand looks new for it.</summary>
    private async Task<Dictionary<BrandId, DateOnly>> BrandsAsync(ITallyStore store, DateOnly first, DateOnly today, CancellationToken cancellation)
    {
        var since = new Dictionary<BrandId, DateOnly>();
        var unseen = _model().Brands.All.Select(brand => brand.Id).ToHashSet();
        for (var day = first; day < today && unseen.Count > 0; day = day.AddDays(1))
            await foreach (var tally in store.OfAsync(day, TallyScope.Brand, cancellation))
                if (unseen.Remove(new BrandId(tally.Key.Name)))
                    since[new BrandId(tally.Key.Name)] = day;
        return since;
    }

    /// <returns>Whose submitters they are.</returns>
    private HashSet<BrandId> Take(ImmutableArray<Tally> tallies)
    {
        var (brands, now) = (new HashSet<BrandId>(), _time.GetUtcNow());
        foreach (var tally in tallies)
        {
            var brand = BrandOf(tally.Key.Name);
            if (brand is { } known)
                brands.Add(known);
            if (_known.Count < Crowded || _known.Find(tally.Key.Name) is not null || tally.Recipients > RulesOf(tally.Key.Name, brand ?? Unknown).HourlyRecipients)
                Of(tally.Key.Name, brand ?? Unknown).Continue(tally, now);
        }

        return brands;
    }

    /// <summary>Until it hands in something: a client's own name tells no brand. No brand's id is written so.</summary>
    private static readonly BrandId Unknown = new("*");

    /// <summary>Reads the history, then saves until it is stopped, and once more then, whatever was under way.</summary>
    public Task KeepAsync(ITallyStore store, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(store);
        var crowd = new StoredCrowd(store, TallyScope.Submitter, Most, _time, _log);
        return TallySaving.RunAsync(HistoryAsync, RoundAsync, LastAsync, _time, stop);

        async Task HistoryAsync()
        {
            try
            {
                await LoadHistoryAsync(store, stop);
            }
            catch (SpoolUnavailableException trouble)
            {
                LogHistoryUnread(trouble.Message);
            }
        }

        async Task RoundAsync()
        {
            var saved = await SaveAsync(store);
            await crowd.SavedAsync(saved, DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime), stop);
            await StoreUnstoredAsync();
        }

        async Task LastAsync()
        {
            await SaveAsync(store);
            await StoreUnstoredAsync();
        }
    }

    /// <returns>How many.</returns>
    private async Task<int> SaveAsync(ITallyStore store)
    {
        var submitters = new List<Submitter>();
        while (submitters.Count < MostUnsaved && _unsaved.TryDequeue(out var submitter))
            submitters.Add(submitter);
        if (submitters.Count == 0)
            return 0;
        try
        {
            await store.SaveTalliesAsync([.. submitters.Select(submitter => submitter.Save())]);
            return submitters.Count;
        }
        catch (SpoolUnavailableException trouble)
        {
            // Sums, not increments: saved with the next round they count once, whatever became of this one.
            SubmissionLog.TalliesNotSaved(_log, trouble.Message);
            foreach (var submitter in submitters.Where(submitter => submitter.NotSaved() && _unsaved.Count < MostUnsaved))
                _unsaved.Enqueue(submitter);
            return 0;
        }
    }

    private void ForgetForgiveness(DateOnly today)
    {
        foreach (var (name, forgiven) in _forgiven)
            if (forgiven.Day < today.AddDays(-Submitter.DaysOfHistory) && !(forgiven.QuietUntil > _time.GetUtcNow()) && _forgiven.TryRemove(KeyValuePair.Create(name, forgiven)))
                _unstored[name] = 0;
    }
}
