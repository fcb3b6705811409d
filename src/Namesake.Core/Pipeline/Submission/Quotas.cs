using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Namesake.Core.Brands;
using Namesake.Core.Pipeline.Spool;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>What every brand and user has handed in. Counted in memory, saved every few seconds and at the end: a kill forgets that much.</summary>
/// <remarks>Only names of the configuration have accounts, so a hostile client can't make any.</remarks>
public sealed class Quotas(TimeProvider time, ILogger log)
{
    /// <summary>Days of tallies kept: a month of comparison.</summary>
    private const int DaysKept = 35;
    private const int Page = 1_000;
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(TallyScope, string), Account> _accounts = new();
    private readonly ConcurrentQueue<AccountDay> _unsaved = new();

    /// <summary>Takes up where an earlier run ended. Before the first client.</summary>
    public async Task LoadAsync(ITallyStore store, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        TallyKey? last = null;
        while (await store.TalliesAsync(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), last, Page, cancellation) is { IsEmpty: false } page)
        {
            foreach (var tally in page.Where(tally => tally.Key.Scope is TallyScope.Brand or TallyScope.User))
                Of(tally.Key.Scope, tally.Key.Name).Continue(tally);
            last = page[^1].Key;
        }
    }

    /// <summary>Saves until it is stopped, and once more then.</summary>
    public async Task KeepAsync(ITallyStore store, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(store);
        var tidied = DateOnly.MinValue;
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(SaveEvery, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await SaveAsync(store);
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            if (tidied == today || stop.IsCancellationRequested)
                continue;
            tidied = today;
            await TidyAsync(store, today.AddDays(-DaysKept));
        }
    }

    /// <param name="brand">Null: not known before the content; its limits are asked then.</param>
    /// <param name="size">Bytes, as the client says; null: it didn't.</param>
    internal (Permit Permit, SmtpReply? Refusal) Ask(UserModel? user, Brand? brand, long? size)
    {
        var permit = new Permit(this, time);
        var refusal = user is null ? null : permit.Enter(Of(TallyScope.User, user.Name), user.Limits, $"User {user.Name}", size);
        refusal ??= brand is null ? null : Enter(permit, brand, size);
        if (refusal is not null)
            permit.Dispose();
        return (permit, refusal);
    }

    internal SmtpReply? Enter(Permit permit, Brand brand, long? size) => permit.Enter(Of(TallyScope.Brand, brand.Id.Value), brand.Limits, $"Brand {brand.Id}", size);

    internal void Note(AccountDay day) => _unsaved.Enqueue(day);

    private Account Of(TallyScope scope, string name) => _accounts.GetOrAdd((scope, name), static key => new Account(key.Item1, key.Item2));

    private async Task SaveAsync(ITallyStore store)
    {
        var days = new List<AccountDay>();
        while (days.Count < 100_000 && _unsaved.TryDequeue(out var day))
            days.Add(day);
        if (days.Count == 0)
            return;
        try
        {
            await store.SaveTalliesAsync([.. days.Select(day => day.Save())]);
        }
        catch (SpoolUnavailableException trouble)
        {
            // Sums, not increments: saved with the next round they count once, whatever became of this one.
            SubmissionLog.TalliesNotSaved(log, trouble.Message);
            foreach (var day in days.Where(day => day.NotSaved()))
                Note(day);
        }
    }

    private async Task TidyAsync(ITallyStore store, DateOnly before)
    {
        try
        {
            while (await store.ForgetTalliesAsync(before, Page) > 0)
            {
            }
        }
        catch (SpoolUnavailableException trouble)
        {
            SubmissionLog.TalliesNotSaved(log, trouble.Message);
        }
    }
}
