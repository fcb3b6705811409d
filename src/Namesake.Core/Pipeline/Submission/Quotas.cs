using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Namesake.Core.Brands;
using Namesake.Core.Pipeline.Spool;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>What resellers, brands, users, envelope senders and clients have handed in. Counted in memory, saved every few seconds and at the end: a kill forgets that much.</summary>
/// <remarks>Resellers, brands and users are names of the configuration. Senders and clients are not: of those a crowd is kept, which has a most; only where they have limits.</remarks>
public sealed class Quotas(Func<RelayModel> model, TimeProvider time, ILogger log)
{
    /// <summary>Envelope senders and client addresses remembered, about 30 MB.</summary>
    public const int MostInCrowd = 100_000;

    /// <summary>Days of tallies kept: a month of comparison.</summary>
    private const int DaysKept = 35;
    private const int Page = 1_000;

    /// <summary>Days that wait to be saved. More can only be while the store doesn't take them; then those of the crowd are not noted any more.</summary>
    private const int MostUnsaved = 2 * MostInCrowd;

    /// <summary>Clients and senders each that are taken up at a start: together they leave the crowd some room.</summary>
    private const int MostRead = MostInCrowd * 2 / 5;

    private readonly ConcurrentDictionary<(TallyScope, string), Account> _accounts = new();
    private readonly Crowd<Account> _crowd = new(MostInCrowd, account => account.TakenOn(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime)));
    private readonly ConcurrentQueue<AccountDay> _unsaved = new();

    /// <summary>Senders and clients remembered now.</summary>
    public int InCrowd => _crowd.Count;

    /// <summary>Takes up where an earlier run ended. Before the first client.</summary>
    /// <remarks>Names of the configuration are few, and all of them are taken up. Of clients and senders, whom nothing bounds, those who handed in most: whoever is left out begins anew, as one that the crowd has no room for.
    /// So does who could not be read: a store whose disk needs more than the second a read may take keeps nobody's mail waiting.</remarks>
    public async Task LoadAsync(ITallyStore store, CancellationToken cancellation)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        // A clock that was a little ahead has counted into the day after. A day further ahead was counted by a clock that was wrong: it is not today.
        foreach (var day in new[] { today, today.AddDays(1) })
        {
            foreach (var scope in new[] { TallyScope.Reseller, TallyScope.Brand, TallyScope.User, TallyScope.Client, TallyScope.Sender })
            {
                try
                {
                    await LoadAsync(store, day, scope, cancellation);
                }
                catch (SpoolUnavailableException trouble)
                {
                    SubmissionLog.TalliesNotRead(log, day.ToString("O", CultureInfo.InvariantCulture), scope, trouble.Message);
                }
            }
        }
    }

    private async Task LoadAsync(ITallyStore store, DateOnly day, TallyScope scope, CancellationToken cancellation)
    {
        if (scope is TallyScope.Client or TallyScope.Sender)
            foreach (var tally in await store.HeaviestAsync(day, scope, MostRead, cancellation))
                Known(tally.Key)?.Continue(tally);
        else
            await foreach (var tally in store.OfAsync(day, scope, cancellation))
                Known(tally.Key)?.Continue(tally);
    }

    private Account? Known(TallyKey key) => key.Scope switch
    {
        TallyScope.Reseller or TallyScope.Brand or TallyScope.User => Of(key.Scope, key.Name),
        TallyScope.Client => InCrowdOf(ClientGroup, TallyScope.Client, key.Name),
        TallyScope.Sender when SubmitterName.DomainOf(key.Name) is { } domain && DomainName.TryParse(domain, out var name, out _) && model().Brands.OwnerOfReversePath(name) is { } brand =>
            InCrowdOf(brand.Id.Value, TallyScope.Sender, key.Name),
        _ => null,
    };

    /// <summary>Saves until it is stopped, and once more then, whatever was under way.</summary>
    public Task KeepAsync(ITallyStore store, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(store);
        var tidied = DateOnly.MinValue;
        StoredCrowd senders = new(store, TallyScope.Sender, MostInCrowd, time, log), clients = new(store, TallyScope.Client, MostInCrowd, time, log);
        return TallySaving.RunAsync(RoundAsync, () => SaveAsync(store), time, stop);

        async Task RoundAsync()
        {
            var saved = await SaveAsync(store);
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            await senders.SavedAsync(saved.Count(day => day.Scope == TallyScope.Sender), today, stop);
            await clients.SavedAsync(saved.Count(day => day.Scope == TallyScope.Client), today, stop);
            if (tidied == today)
                return;
            tidied = today;
            await TidyAsync(store, today.AddDays(-DaysKept), stop);
        }
    }

    /// <summary>Asks everybody's limits, those of the narrowest first.</summary>
    /// <param name="brand">Null: not known before the content; its limits are asked then.</param>
    /// <param name="size">Bytes, as the client says; null: it didn't.</param>
    internal (Permit Permit, SmtpReply? Refusal) Ask(Handover from, Brand? brand, long? size)
    {
        var permit = new Permit(this, time);
        var refusal = from.User is { } user ? permit.Enter(Of(TallyScope.User, user.Name), user.Limits, $"User {user.Name}", size) : EnterClient(permit, from, size);
        refusal ??= brand is null ? null : Enter(permit, from, brand, size);
        if (refusal is not null)
            permit.Dispose();
        return (permit, refusal);
    }

    /// <summary>Sender, brand and reseller.</summary>
    internal SmtpReply? Enter(Permit permit, Handover from, Brand brand, long? size)
    {
        SmtpReply? refusal = null;
        if (brand.SenderLimits != SendingLimits.None && SubmitterName.OwnSender(brand, from.Sender) is { } sender)
            refusal = permit.Enter(InCrowdOf(brand.Id.Value, TallyScope.Sender, sender), brand.SenderLimits, $"Sender {sender}", size);
        refusal ??= permit.Enter(Of(TallyScope.Brand, brand.Id.Value), brand.Limits, $"Brand {brand.Id}", size);
        return refusal ?? (from.Model.Brands.ResellerOf(brand) is { } reseller ? permit.Enter(Of(TallyScope.Reseller, reseller.Id.Value), reseller.Limits, $"Reseller {reseller.Id}", size) : null);
    }

    internal void Note(AccountDay day)
    {
        if (_unsaved.Count < MostUnsaved || day.Scope is not (TallyScope.Sender or TallyScope.Client))
            _unsaved.Enqueue(day);
    }

    // No brand's id is written so: ids are letters, digits, '-', '_' and '.'.
    private const string ClientGroup = "*";

    private SmtpReply? EnterClient(Permit permit, Handover from, long? size)
    {
        var limits = from.ClientLimits;
        if (limits == SendingLimits.None)
            return null;
        var client = SubmitterName.NetworkOf(from.Client);
        return permit.Enter(InCrowdOf(ClientGroup, TallyScope.Client, client.ToString()), limits, $"Client {client}{(client.AddressFamily == AddressFamily.InterNetworkV6 ? "/64" : "")}", size);
    }

    private Account Of(TallyScope scope, string name) => _accounts.GetOrAdd((scope, name), static key => new Account(key.Item1, key.Item2));

    private Account InCrowdOf(string group, TallyScope scope, string name) => _crowd.Of(group, name, static (name, scope) => new Account(scope, name), scope);

    /// <returns>Those that are stored now.</returns>
    private async Task<List<AccountDay>> SaveAsync(ITallyStore store)
    {
        var days = new List<AccountDay>();
        while (days.Count < 100_000 && _unsaved.TryDequeue(out var day))
            days.Add(day);
        if (days.Count == 0)
            return [];
        try
        {
            await store.SaveTalliesAsync([.. days.Select(day => day.Save())]);
            return days;
        }
        catch (SpoolUnavailableException trouble)
        {
            // Sums, not increments: saved with the next round they count once, whatever became of this one.
            SubmissionLog.TalliesNotSaved(log, trouble.Message);
            foreach (var day in days.Where(day => day.NotSaved()))
                Note(day);
            return [];
        }
    }

    private async Task TidyAsync(ITallyStore store, DateOnly before, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested && await store.ForgetTalliesAsync(before, Page) > 0)
            {
            }
        }
        catch (SpoolUnavailableException trouble)
        {
            SubmissionLog.TalliesNotForgotten(log, trouble.Message);
        }
    }
}
