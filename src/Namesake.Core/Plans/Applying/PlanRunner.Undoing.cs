using System.Collections.Immutable;
using Namesake.Core.Plans.Journal;

namespace Namesake.Core.Plans.Applying;

// The ways back.
public sealed partial class PlanRunner
{
    /// <summary>An operator takes an applied plan back: wholly, or, where anything of it was changed since, not at all.</summary>
    public Task<PlanOutcome> UndoAsync(PlanId id, IProgress<PlanEntry>? progress, CancellationToken cancellation) => UndoAsync(id, leave: false, progress, cancellation);

    /// <param name="leave">What was changed since, or can't be read or written now, is left as it is by the operator's word, and the rest is taken back: it ends here, whatever servers do.</param>
    public Task<PlanOutcome> UndoAsync(PlanId id, bool leave, IProgress<PlanEntry>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(id);
        return ToldAsync(() => CheckAndUndoAsync(id, leave ? _ports.Who : null, progress, cancellation));
    }

    private async Task<PlanOutcome> CheckAndUndoAsync(PlanId id, string? leaver, IProgress<PlanEntry>? progress, CancellationToken cancellation)
    {
        var reason = $"undone by {_ports.Who}";
        if (await BeginUndoAsync(id, reason, leaver, progress, cancellation) is { } end)
            return end;
        // The one of the apply ended with its decision. Should this stick half way, somebody must be there to go on; without one it is undone all the same.
        var noTimer = await _ports.Timer.StartAsync(id, CancellationToken.None);
        var outcome = await GiveUpAsync((await _ports.Store.FindAsync(id, CancellationToken.None))!.Plan, reason, progress, leaver);
        return noTimer is null || outcome.IsDecided ? outcome : outcome with { Text = $"{outcome.Text} The dead-man timer could not be started: {noTimer}." };
    }

    /// <returns>Null: it is on its way back. Else how it ended.</returns>
    private async Task<PlanOutcome?> BeginUndoAsync(PlanId id, string reason, string? leaver, IProgress<PlanEntry>? progress, CancellationToken cancellation)
    {
        using var hold = await TakeAsync($"taking back {id}", cancellation);
        if (hold is null)
            return await LockedAsync(id);
        if (await _ports.Store.FindAsync(id, cancellation) is not { } history)
            return new PlanOutcome(id, PlanEnd.Refused, $"There is no plan {id} here.");
        if (history.Plan.Node != _ports.Node)
            return new PlanOutcome(id, PlanEnd.Refused, $"It was applied on the node {history.Plan.Node}, this is {_ports.Node}: undo it there.");
        var journal = JournalOf(hold, id, progress);
        switch (history.State)
        {
            case PlanState.Planned:
                return new PlanOutcome(id, PlanEnd.Nothing, $"{id} was never applied: there is nothing to undo.");
            case PlanState.Undone or PlanState.UndoneInPart:
                if (history.IsUnrecorded)
                    await _undo.RecordAsync(history, hold, journal);
                return new PlanOutcome(id, PlanEnd.Nothing, $"{id} is undone already, since {history.Since:yyyy-MM-dd HH:mm} UTC.");
            case PlanState.Applying or PlanState.Undoing:
                // An operator's word outweighs whoever is applying: that one finds out at its next line.
                return await _undo.RunAsync(history, hold, journal, $"undone by {_ports.Who} before it was confirmed", leaver, CancellationToken.None);
        }
        // A later plan that built on this one stands in the way by itself: its records are no longer what we wrote.
        var against = leaver is null ? await _undo.LookAsync(history, cancellation) : [];
        if (!against.IsEmpty)
        {
            var isUnknown = against.All(one => one.Standing == Standing.Unknown);
            var text = $"{(isUnknown ? "It can't be seen whether all is as it was written" : "Not all is as it was written")}: {string.Join("; ", against.Select(one => one.Text))}. Nothing was undone, and nothing overwritten. `namesake undo {id} --leave` takes the rest back.";
            await journal.WriteAsync(PlanEvent.Refused, text);
            return new PlanOutcome(id, isUnknown ? PlanEnd.Unknown : PlanEnd.Stale, text);
        }
        if (await journal.TryWriteAsync(PlanEvent.Undoing, reason))
            return null;
        // No timer could say that it waits either.
        return await _undo.RunAsync(history, hold, journal, reason, leaver, CancellationToken.None);
    }

    /// <summary>What was broken off is brought to its end: before any plan verb does anything, and before the relay sends anything. Plans that a living process is at within its time are left to it.</summary>
    /// <returns>One per plan that was in hand, and per plan that can't be read.</returns>
    public async Task<ImmutableArray<PlanOutcome>> RecoverAsync(IProgress<PlanEntry>? progress, CancellationToken cancellation)
    {
        var shelf = await _ports.Store.ReadAllAsync(cancellation);
        // What one that can't be read has come to nobody knows. The others don't wait for it.
        ImmutableArray<PlanOutcome> damaged = [.. shelf.Damaged.Select(one => new PlanOutcome(one.Id, PlanEnd.Unknown, one.Why))];
        if (!shelf.Plans.Any(history => history.IsInHand || history.IsUnrecorded))
            return damaged;
        using var hold = await TakeAsync("taking back what was broken off", cancellation);
        var outcomes = damaged.ToBuilder();
        foreach (var history in (await _ports.Store.ReadAllAsync(cancellation)).Plans)
            if (history.IsInHand || history.IsUnrecorded)
                outcomes.Add(hold is null ? await LockedAsync(history.Plan.Id) : await RecoverAsync(history, hold, isOurs: false, progress, cancellation));
        return outcomes.ToImmutable();
    }

    /// <summary>The dead-man timer's part: whether a plan is decided, and its undoing when its time is over.</summary>
    /// <returns>Null: it is in hand and has time. Else how it ended.</returns>
    public async Task<PlanOutcome?> UndoOverdueAsync(PlanId id, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(id);
        var history = await _ports.Store.FindAsync(id, cancellation);
        if (history is null || !history.IsInHand)
            return new PlanOutcome(id, PlanEnd.Nothing, "It is decided.");
        if (!IsOver(history.Deadline))
            return null;
        using var hold = await TakeAsync($"taking back {id}", cancellation);
        if (hold is null)
            return await LockedAsync(id);
        // Meanwhile it may have been confirmed: who had the lock first has decided.
        history = await _ports.Store.FindAsync(id, cancellation);
        if (history is null || !history.IsInHand)
            return new PlanOutcome(id, PlanEnd.Nothing, "It is decided.");
        return await _undo.RunAsync(history, hold, JournalOf(hold, id, null), "its time was over before it was confirmed", null, CancellationToken.None);
    }

    /// <summary>Says in the journal that the timer waits.</summary>
    /// <returns>False: there is nothing to wait for.</returns>
    public async Task<bool> WatchAsync(PlanId id, CancellationToken cancellation)
    {
        using var hold = await TakeAsync($"beginning to wait for {id}", cancellation);
        if (hold is null || await _ports.Store.FindAsync(id, cancellation) is not { IsInHand: true })
            return false;
        await JournalOf(hold, id, null).WriteAsync(PlanEvent.Watching, "");
        return true;
    }

    /// <param name="isOurs">We attend it ourselves: nobody else does.</param>
    private async Task<PlanOutcome> RecoverAsync(PlanHistory history, IPlanHold hold, bool isOurs, IProgress<PlanEntry>? progress, CancellationToken cancellation)
    {
        var id = history.Plan.Id;
        var journal = JournalOf(hold, id, progress);
        if (history.IsUnrecorded)
        {
            if (history.State == PlanState.Applied)
                await RegisterAsync(history, hold, journal);
            else
                await _undo.RecordAsync(history, hold, journal);
            return new PlanOutcome(id, history.State == PlanState.Applied ? PlanEnd.Applied : PlanEnd.Undone, "It was decided, and is recorded now.");
        }
        if (history.Plan.Node != _ports.Node)
            return new PlanOutcome(id, PlanEnd.InHand, $"{id} is in the hands of the node {history.Plan.Node}: a data directory belongs to one node.");
        var isOver = IsOver(history.Deadline);
        using var attending = isOurs ? null : _ports.Store.TryAttend(id);
        if (!isOurs && attending is null && !isOver && history.State == PlanState.Applying)
            return new PlanOutcome(id, PlanEnd.InHand, $"{id} is being applied by {history.Begun?.Who}, until {history.Deadline!.At:HH:mm:ss} UTC at the latest.");
        var reason = isOver ? "its time was over before it was confirmed" : "whoever applied it ended before it was confirmed";
        return await _undo.RunAsync(history, hold, journal, reason, null, cancellation);
    }

    /// <summary>Takes back what is written of a plan that can't go on.</summary>
    private async Task<PlanOutcome> GiveUpAsync(Plan plan, string reason, IProgress<PlanEntry>? progress, string? leaver = null)
    {
        using var hold = await TakeAsync($"taking back {plan.Id}", CancellationToken.None);
        if (hold is null)
            return await LockedAsync(plan.Id);
        var history = (await _ports.Store.FindAsync(plan.Id, CancellationToken.None))!;
        var journal = JournalOf(hold, plan.Id, progress);
        if (!history.IsInHand)
            return new PlanOutcome(plan.Id, history.State switch { PlanState.Applied => PlanEnd.Applied, PlanState.UndoneInPart => PlanEnd.UndoneInPart, _ => PlanEnd.Undone },
                history.State == PlanState.Applied ? "It was confirmed." : $"It was taken back meanwhile: {history.UndoneBecause}.");
        return await _undo.RunAsync(history, hold, journal, reason, leaver, CancellationToken.None);
    }

    private async Task<PlanOutcome> UndoAsync(PlanId id, IPlanHold hold, PlanJournal journal, string reason) =>
        await _undo.RunAsync((await _ports.Store.FindAsync(id, CancellationToken.None))!, hold, journal, reason, null, CancellationToken.None);

    /// <summary>Once a translation is taken back old connections have an address they should not have; the relay looks at its identities anew in any case.</summary>
    private async Task DrainAfterAsync(Plan plan)
    {
        foreach (var change in plan.Changes.OfType<TranslationChange>())
            await _hands.ForgetAsync((TranslationChange)change.Inverse(), CancellationToken.None);
        await RelayAsync(plan.Touched, CancellationToken.None);
    }
}
