using System.Collections.Concurrent;
using Namesake.Core.Brands;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline.Submission;

// Days that outlive a restart.
public sealed partial class Submitters
{
    /// <summary>Tallies read at a start, newest days first: a second or two, and more than these submitters fill in memory.</summary>
    private const int MostRead = 500_000;

    private const int MostUnsaved = 2 * Most;
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(5);

    private readonly ConcurrentQueue<Submitter> _unsaved = new();

    /// <summary>Reads the days of the history. Until it is done no brand is known, so no volume is judged.</summary>
    public async Task LoadHistoryAsync(ITallyStore store, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        var today = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
        var since = new Dictionary<BrandId, DateOnly>();
        var left = MostRead;
        for (var day = today.AddDays(-1); day >= today.AddDays(-Submitter.DaysOfHistory) && left > 0; day = day.AddDays(-1))
        {
            var (read, brands) = await ReadAsync(store, day, left, cancellation);
            left -= read;
            foreach (var brand in brands)
                since[brand] = day;
        }

        foreach (var (brand, first) in since)
            _brandsSince.AddOrUpdate(brand, first, (_, known) => known < first ? known : first);
        ForgetForgiveness(today);
    }

    /// <summary>One day. What users did before submitters had tallies of their own is history too, but tells nothing of the others of their brand.</summary>
    /// <returns>How many tallies, and whose submitters.</returns>
    private async Task<(int Read, HashSet<BrandId> Brands)> ReadAsync(ITallyStore store, DateOnly day, int most, CancellationToken cancellation)
    {
        var (read, brands, now) = (0, new HashSet<BrandId>(), _time.GetUtcNow());
        foreach (var scope in new[] { TallyScope.User, TallyScope.Submitter })
        {
            await foreach (var tally in store.OfAsync(day, scope, cancellation))
            {
                if (++read > most)
                    return (most, brands);
                var brand = BrandOf(tally.Key.Name);
                Of(tally.Key.Name, brand ?? Unknown).Continue(tally, now);
                if (brand is { } known && scope == TallyScope.Submitter)
                    brands.Add(known);
            }
        }

        return (read, brands);
    }

    /// <summary>Until it hands in something: a client's own name tells no brand. No brand's id is written so.</summary>
    private static readonly BrandId Unknown = new("*");

    /// <summary>Reads the history, then saves until it is stopped, and once more then.</summary>
    public async Task KeepAsync(ITallyStore store, CancellationToken stop)
    {
        try
        {
            await LoadHistoryAsync(store, stop);
        }
        catch (Exception trouble) when (trouble is SpoolUnavailableException or OperationCanceledException)
        {
            LogHistoryUnread(trouble.Message);
        }

        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(SaveEvery, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await SaveAsync(store);
            await StoreUnstoredAsync();
        }
    }

    private async Task SaveAsync(ITallyStore store)
    {
        var submitters = new List<Submitter>();
        while (submitters.Count < MostUnsaved && _unsaved.TryDequeue(out var submitter))
            submitters.Add(submitter);
        if (submitters.Count == 0)
            return;
        try
        {
            await store.SaveTalliesAsync([.. submitters.Select(submitter => submitter.Save())]);
        }
        catch (SpoolUnavailableException trouble)
        {
            // Sums, not increments: saved with the next round they count once, whatever became of this one.
            SubmissionLog.TalliesNotSaved(_log, trouble.Message);
            foreach (var submitter in submitters.Where(submitter => submitter.NotSaved() && _unsaved.Count < MostUnsaved))
                _unsaved.Enqueue(submitter);
        }
    }

    private void ForgetForgiveness(DateOnly today)
    {
        foreach (var (name, forgiven) in _forgiven)
            if (forgiven.Day < today.AddDays(-Submitter.DaysOfHistory) && !(forgiven.QuietUntil > _time.GetUtcNow()) && _forgiven.TryRemove(KeyValuePair.Create(name, forgiven)))
                _unstored[name] = 0;
    }
}
