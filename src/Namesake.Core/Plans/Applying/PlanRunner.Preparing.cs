using System.Collections.Immutable;
using System.Globalization;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans.Journal;

namespace Namesake.Core.Plans.Applying;

// Everything before the first write.
public sealed partial class PlanRunner
{
    /// <returns>Null: it is begun. Else why not; nothing was written.</returns>
    private async Task<PlanOutcome?> BeginAsync(Plan plan, ApplyWish wish, IProgress<PlanEntry>? progress, CancellationToken cancellation)
    {
        using var hold = await TakeAsync($"looking whether {plan.Id} can be applied", cancellation);
        if (hold is null)
            return await LockedAsync(plan.Id);
        var journal = JournalOf(hold, plan.Id, progress);
        foreach (var other in await _ports.Store.ListAsync(cancellation))
            if (other.Plan.Id == plan.Id && other.State == PlanState.Applied)
                return await RefusedAsync(journal, wish, new PlanOutcome(plan.Id, PlanEnd.Refused, $"{plan.Id} is applied already, since {other.Since:yyyy-MM-dd HH:mm} UTC."));
            else if ((other.IsInHand || other.IsUnrecorded) && await RecoverAsync(other, hold, other.Plan.Id == plan.Id, progress, cancellation) is { IsDecided: false } open)
                return await RefusedAsync(journal, wish, new PlanOutcome(plan.Id, PlanEnd.InHand, $"{open.Id} is not at its end, and one plan is applied at a time. {open.Text}"));

        var (refusal, snapshot, already) = await SnapshotAsync(plan, cancellation);
        // By what is there and whose it is, both under the lock: what the plan says of that was said by whoever wrote its file.
        var foreign = ForeignIn(plan, snapshot);
        if (refusal is null && !foreign.IsEmpty && !wish.ReplaceForeign)
            refusal = new PlanOutcome(plan.Id, PlanEnd.Refused, $"{PlanGuard.NotOurs(foreign)} Nothing was written.");
        refusal ??= await CheckAsync(plan, cancellation);
        if (refusal is not null)
            return await RefusedAsync(journal, wish, refusal);
        if (already.Length == plan.Changes.Count())
        {
            await journal.WriteAsync(PlanEvent.Refused, $"All of it was so already.{AllowedBy(wish, foreign)}");
            return new PlanOutcome(plan.Id, PlanEnd.Nothing, "Everything is as the plan wants it already. Nothing was written, and nothing of it counts as ours.");
        }
        var within = _times.DeadlineOf(plan);
        var until = new Deadline(_ports.Uptime.Boot, _ports.Uptime.Now + within, _time.GetUtcNow() + within);
        await journal.WriteAsync(PlanEvent.Begun, $"Undone by itself when it isn't confirmed within {within.TotalSeconds:0} seconds.{AllowedBy(wish, foreign)}", default, entry => entry with { Until = until });
        await journal.WriteAsync(PlanEvent.Snapshot, "", default, entry => entry with { Snapshot = snapshot });
        if (!already.IsEmpty)
            await journal.WriteAsync(PlanEvent.Already, "was so already", already);
        return null;
    }

    /// <summary>An apply that is refused before anything was looked at. It is kept with its record all the same: who asked for what, and why not.</summary>
    private async Task<PlanOutcome> RefuseAsync(Plan plan, ApplyWish wish, PlanOutcome refusal, TimeSpan patience, CancellationToken cancellation)
    {
        await _ports.Store.KeepAsync(plan, cancellation);
        using var hold = await _ports.Store.TakeAsync(_ports.Who, patience, cancellation);
        return hold is null ? refusal with { Text = $"{refusal.Text} The plan's journal could not be told: another process holds the lock of this node's plans." }
            : await RefusedAsync(JournalOf(hold, plan.Id, null), wish, refusal);
    }

    private async Task<PlanOutcome> RefusedAsync(PlanJournal journal, ApplyWish wish, PlanOutcome refusal)
    {
        await journal.WriteAsync(PlanEvent.Refused, $"{refusal.Text}{AllowedBy(wish, [])}");
        return refusal;
    }

    /// <summary>What an operator allowed beyond the usual, for the journal; empty: nothing.</summary>
    private string AllowedBy(ApplyWish wish, ImmutableArray<Change> foreign)
    {
        var usual = _ports.UsualLimits ?? _limits;
        var allowed = new List<string>();
        if (wish.ReplaceForeign)
            allowed.Add($"changing what isn't ours (--replace-foreign){(foreign.IsEmpty ? "" : $": {PlanGuard.Lines(foreign)}")}");
        if (wish.AcceptUnseen)
            allowed.Add("confirming what nobody outside sees (--unseen)");
        foreach (var (what, limit, configured) in new[] { ("changes", _limits.Changes, usual.Changes), ("removals", _limits.Removals, usual.Removals), ("changes in one zone", _limits.PerZone, usual.PerZone) })
            if (limit > configured)
                allowed.Add(string.Create(CultureInfo.InvariantCulture, $"{limit} {what} in place of {configured}"));
        return allowed.Count == 0 ? "" : $" {_ports.Who} allowed {string.Join("; ", allowed)}.";
    }

    /// <summary>How all stands, against what the plan expects: a plan that is stale is refused here, before anything is written; what changes after this is caught by the prerequisites of the write itself.</summary>
    private async Task<(PlanOutcome? Refusal, PlanSnapshot Snapshot, ImmutableArray<int> Already)> SnapshotAsync(Plan plan, CancellationToken cancellation)
    {
        var present = ImmutableArray.CreateBuilder<PresentState>();
        var already = ImmutableArray.CreateBuilder<int>();
        var stale = new List<string>();
        var unread = new List<string>();
        var made = plan.Changes.OfType<ZoneChange>().Where(zone => !zone.Removes).Select(zone => zone.Zone).ToHashSet();
        // What is changed twice is as the first change expects it.
        var first = plan.Changes.Index().GroupBy(change => ChangeSpot.Of(change.Item).Key).Select(same => (same.First().Index, Change: same.First().Item, IsOnce: same.Count() == 1)).ToList();
        foreach (var ((number, change, isOnce), read) in first.Zip(await _hands.ReadPatientlyAsync([.. first.Select(one => one.Change)], cancellation)))
        {
            var reading = read.In(plan, change);
            // A zone that the plan makes can't be asked yet.
            if (reading.Standing == Standing.Unknown && change is RecordChange { Old: null } record && made.Contains(record.Zone))
                reading = new PresentReading(Standing.Old, null, null, "");
            switch (reading.Standing)
            {
                case Standing.Other:
                    stale.Add(reading.Text);
                    break;
                case Standing.Unknown:
                    unread.Add(reading.Text);
                    break;
                case Standing.New when isOnce:
                    already.Add(number);
                    break;
            }
            present.Add(new PresentState(number, reading.Records, reading.Table, reading.Ruleset));
        }
        var refusal = stale.Count > 0
            ? new PlanOutcome(plan.Id, PlanEnd.Stale, $"The plan is stale: {string.Join("; ", stale)}. Nothing was written. Plan anew.")
            : unread.Count > 0
                ? new PlanOutcome(plan.Id, PlanEnd.Unknown, $"It can't be seen how things stand: {string.Join("; ", unread.Distinct())}. Nothing was written.")
                : null;
        return (refusal, new PlanSnapshot(present.ToImmutable(), (await _ports.Store.RegistryAsync(cancellation)).Of(plan.Changes)), already.ToImmutable());
    }

    private ImmutableArray<Change> ForeignIn(Plan plan, PlanSnapshot snapshot)
    {
        var changes = plan.Changes.ToImmutableArray();
        return ForeignChanges.Of(plan, snapshot.Present.Where(state => changes[state.Change] is RecordChange).ToDictionary(state => ChangeSpot.Of(changes[state.Change]).Key, state => state.Records, StringComparer.Ordinal), snapshot.Owned, _ports);
    }

    private async Task<PlanOutcome?> CheckAsync(Plan plan, CancellationToken cancellation)
    {
        foreach (var change in plan.Changes.OfType<TranslationChange>())
            if (await _hands.CheckAsync(change, cancellation) is { } refused)
                return new PlanOutcome(plan.Id, PlanEnd.Refused, $"{change.By} would not take it: {refused}. Nothing was written.");
        var made = plan.Changes.OfType<ZoneChange>().Where(zone => !zone.Removes).Select(zone => zone.Zone).ToHashSet();
        foreach (var change in plan.Changes.OfType<RecordChange>().DistinctBy(record => (record.By, record.Zone, record.Type)))
            if (!made.Contains(change.Zone) && await _hands.ProveAsync(change, cancellation) is { } authority && !PlanGuard.MayWrite(authority))
                return authority.Access == WriteAccess.None
                    ? new PlanOutcome(plan.Id, PlanEnd.Refused, $"{authority.By} doesn't let us write {change.Zone}: {authority.Detail}. Nothing was written.")
                    : new PlanOutcome(plan.Id, PlanEnd.Unknown, $"{authority.By} can't be reached: {authority.Detail}. Nothing was written.");
        return null;
    }
}
