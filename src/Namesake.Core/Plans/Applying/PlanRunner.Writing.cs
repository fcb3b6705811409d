using System.Collections.Immutable;
using Namesake.Core.Plans.Journal;

namespace Namesake.Core.Plans.Applying;

// Between the first write and the decision.
public sealed partial class PlanRunner
{
    /// <param name="first">The number of the step's first change.</param>
    /// <returns>Null: all of the step is written. Else how it ended.</returns>
    private async Task<PlanOutcome?> WriteAsync(Plan plan, PlanStep step, int first, IProgress<PlanEntry>? progress, CancellationToken cancellation)
    {
        var already = (await _ports.Store.FindAsync(plan.Id, cancellation))!.Round.Where(entry => entry.Event == PlanEvent.Already).SelectMany(entry => entry.Changes).ToHashSet();
        var changes = step.Changes.Select((change, index) => (first + index, change)).Where(change => !already.Contains(change.Item1));
        foreach (var batch in ChangeBatch.Of(changes, _hands.MostOf))
        {
            // The lock for this one write. Between two anybody may find that our time is over.
            using var hold = await TakeAsync($"applying {plan.Id}", cancellation);
            if (hold is null)
            {
                var locked = await LockedAsync(plan.Id);
                return locked with { Text = $"{locked.Text} What is written of {plan.Id} so far is taken back by the dead-man timer, or by the next plan verb." };
            }
            var history = (await _ports.Store.FindAsync(plan.Id, cancellation))!;
            var journal = JournalOf(hold, plan.Id, progress);
            if (await StopAsync(history, hold, journal) is { } stopped)
                return stopped;
            if (await WriteAsync([.. plan.Changes], batch, journal, cancellation) is not { } failed)
                continue;
            var outcome = await UndoAsync(plan.Id, hold, journal, failed.Text);
            return failed.IsStale && outcome.End == PlanEnd.Undone ? outcome with { End = PlanEnd.Stale } : outcome;
        }
        return null;
    }

    /// <returns>Null: written. Else why not: whatever of it is written is still to be taken back.</returns>
    private async Task<Failure?> WriteAsync(ImmutableArray<Change> all, ChangeBatch batch, PlanJournal journal, CancellationToken cancellation)
    {
        var changes = batch.Numbers.Select(number => all[number]).ToImmutableArray();
        await journal.WriteAsync(PlanEvent.Writing, string.Join("; ", changes.Select(PlanText.Line)), batch.Numbers);
        var since = _time.GetTimestamp();
        // Until an answer is lost, what is so without our having written it was written by somebody else: theirs, and never undone.
        var mayBeOurs = false;
        for (var tries = 1; ; tries++)
        {
            // Not cancelled half way: an answer that isn't waited for would have to be read back.
            var result = await _hands.WriteAsync(changes, CancellationToken.None);
            mayBeOurs |= result is WriteResult.Uncertain or WriteResult.Done { WasSo: false };
            if (result is WriteResult.Done)
            {
                await journal.WriteAsync(mayBeOurs ? PlanEvent.Written : PlanEvent.Already, result.Text, batch.Numbers);
                return null;
            }
            if (result is WriteResult.Uncertain)
                await journal.WriteAsync(PlanEvent.Trouble, result.Text, batch.Numbers);
            var present = batch.Numbers.Zip(await _hands.ReadPatientlyAsync(changes, CancellationToken.None), (number, reading) => (Number: number, Reading: reading)).ToList();
            if (present.TrueForAll(one => one.Reading.Standing == Standing.New))
            {
                await journal.WriteAsync(mayBeOurs ? PlanEvent.Written : PlanEvent.Already, $"the answer was \"{result.Text}\"; read back, it is {(mayBeOurs ? "written" : "so, by somebody else")}", batch.Numbers);
                return null;
            }
            string Words(Standing standing) => string.Join("; ", present.Where(one => one.Reading.Standing == standing).Select(one => one.Reading.Text).Distinct());
            var (others, unread) = (Words(Standing.Other), Words(Standing.Unknown));
            if (others.Length + unread.Length == 0 && !cancellation.IsCancellationRequested && MayTryAgain(result, changes, tries, since))
            {
                await Task.Delay(_times.BetweenTries, _time, CancellationToken.None);
                continue;
            }
            var isStale = others.Length > 0 || result is WriteResult.Conflict;
            var text = others.Length > 0 ? $"the plan is stale: {others}"
                : mayBeOurs && unread.Length > 0 ? $"whether it is written can't be found out: {result.Text}; {unread}"
                : isStale ? $"the plan is stale: {result.Text}"
                : $"it could not be written: {result.Text}";
            if (!mayBeOurs)
                await NothingIsOursAsync([.. present.Where(one => one.Reading.Standing == Standing.New).Select(one => one.Number)], batch.Numbers, text, journal);
            // Else every one of them may be written, or be so yet: the way back reads what there is.
            return new Failure(text, isStale);
        }
    }

    /// <summary>The answer says for certain that nothing was written. What is as we wanted it is so by somebody else's hand, and survives the way back.</summary>
    private static async Task NothingIsOursAsync(ImmutableArray<int> theirs, ImmutableArray<int> all, string text, PlanJournal journal)
    {
        if (!theirs.IsEmpty)
            await journal.WriteAsync(PlanEvent.Already, "so, by somebody else", theirs);
        await journal.WriteAsync(PlanEvent.NotWritten, text, all.RemoveRange(theirs));
    }

    /// <summary>A lost answer, a server that is away for a moment; and a provider that takes a PTR record only when it has seen the name itself, as long as names may take to be seen.</summary>
    private bool MayTryAgain(WriteResult result, ImmutableArray<Change> changes, int tries, long since) => result switch
    {
        WriteResult.Uncertain or WriteResult.Unreachable => tries < _times.Tries,
        WriteResult.Refused => changes is [RecordChange { Type: Dns.RecordType.Ptr }, ..] && _hands.NeedsForward(changes[0].By) && _time.GetElapsedTime(since) < _times.SeenWithin,
        _ => false,
    };

    private async Task<PlanOutcome?> WaitAsync(Plan plan, PlanStep step, int first, bool isLast, IProgress<PlanEntry>? progress, CancellationToken cancellation)
    {
        if (step.Changes.IsEmpty)
            return null;
        var (end, words) = await _seen.WaitAsync(step.Changes.OfType<RecordChange>(), _times.SeenWithin, cancellation);
        // What the last step's slow servers don't show yet is pending; before another step it must be there, or that one would build on nothing.
        var isEnough = end == SeenEnd.Everywhere || (isLast && end == SeenEnd.Pending);
        var text = end == SeenEnd.Everywhere ? $"{step.Title}: every authoritative server that answers shows them" : $"{step.Title}: {string.Join("; ", words.Take(20))}";
        var numbers = Enumerable.Range(first, step.Changes.Length).ToImmutableArray();
        await LineAsync(plan, PlanEvent.Seen, end == SeenEnd.Everywhere && !words.IsEmpty ? $"{text}; {string.Join("; ", words.Take(20))}" : text, progress, cancellation, entry => entry with { Changes = numbers });
        return isEnough ? null : await GiveUpAsync(plan, $"the authoritative servers did not show it within {_times.SeenWithin.TotalSeconds:0} seconds: {string.Join("; ", words.Take(5))}", progress);
    }

    /// <summary>Whether we may go on: the timer or somebody else may have taken it back, and our time may be over.</summary>
    private async Task<PlanOutcome?> StopAsync(PlanHistory history, IPlanHold hold, PlanJournal journal)
    {
        if (history.State == PlanState.Undoing)
            return await _undo.RunAsync(history, hold, journal, "", null, CancellationToken.None);
        if (history.State != PlanState.Applying)
            return new PlanOutcome(history.Plan.Id, history.State == PlanState.UndoneInPart ? PlanEnd.UndoneInPart : PlanEnd.Undone, $"It was taken back meanwhile: {history.UndoneBecause}.");
        return !history.IsWatched ? await UndoAsync(history.Plan.Id, hold, journal, "no dead-man timer waits for it")
            : IsOver(history.Deadline) ? await UndoAsync(history.Plan.Id, hold, journal, "its time was over before it could be confirmed")
            : null;
    }

    private sealed record Failure(string Text, bool IsStale);
}
