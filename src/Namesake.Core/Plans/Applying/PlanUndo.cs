using System.Collections.Immutable;
using Namesake.Core.Plans.Journal;

namespace Namesake.Core.Plans.Applying;

/// <summary>The way back, by whoever holds the lock: the runner itself, the dead-man timer, the next plan verb, the relay at its start.</summary>
/// <remarks>
/// <para>Backwards through all that may be written, each read before it is touched. What is as before is done; what is as we wrote it is written back, with that as its prerequisite; what is neither was changed
/// by somebody else and is left as it is. So it may begin at any point, break off at any point and begin again: nothing depends on what a line of the journal failed to say.</para>
/// <para>What can't be read or written stops it there, because order counts: the PTR record goes before the address it leads to. It is then tried again later.</para>
/// </remarks>
internal sealed class PlanUndo(ChangeHands hands, IPlanStore store, Func<Task> notice, Func<Plan, Task> drain, PlanTimes times, TimeProvider time)
{
    /// <summary>What stands in the way of undoing as a whole, before anything is touched; empty: nothing.</summary>
    public async Task<ImmutableArray<(Standing Standing, string Text)>> LookAsync(PlanHistory history, CancellationToken cancellation)
    {
        var changes = history.Plan.Changes.ToImmutableArray();
        var against = ImmutableArray.CreateBuilder<(Standing, string)>();
        // Of what was changed twice only the last is there to be seen.
        ImmutableArray<Change> last = [.. history.MayBeWritten.Reverse().DistinctBy(number => ChangeSpot.Of(changes[number]).Key).Select(number => changes[number])];
        foreach (var present in await hands.ReadPatientlyAsync(last, cancellation))
            if (present.Standing is Standing.Other or Standing.Unknown)
                against.Add((present.Standing, present.Text));
        return against.ToImmutable();
    }

    public async Task<PlanOutcome> RunAsync(PlanHistory history, IPlanHold hold, PlanJournal journal, string reason, CancellationToken cancellation)
    {
        var plan = history.Plan;
        var changes = plan.Changes.ToImmutableArray();
        var written = history.State == PlanState.Undoing || await journal.TryWriteAsync(PlanEvent.Undoing, reason);
        // Who sends by these sources must not, from here until they are what they were: their identity is leaving what DNS and wire agreed on.
        await notice();
        var left = new List<string>(history.State == PlanState.Undoing && !history.Left.IsEmpty ? ["what others had changed before"] : []);
        var back = history.MayBeWritten.Reverse().Select(number => (number, changes[number])).ToList();
        // A change that somebody else has overwritten is left, and stays so when we come again.
        back.RemoveAll(change => history.Left.Contains(change.number));
        // Step by step, as it went forth: what is written together must not overtake what stands between.
        var steps = plan.Steps.SelectMany((step, index) => Enumerable.Repeat(index, step.Changes.Length)).ToImmutableArray();
        foreach (var batch in back.GroupBy(change => steps[change.number]).SelectMany(step => ChangeBatch.Of(step, hands.MostOf)))
        {
            var (trouble, notOurs, all) = await BackAsync(batch.Numbers, changes, journal, cancellation);
            written &= all;
            left.AddRange(notOurs);
            if (trouble is null)
                continue;
            await journal.TryWriteAsync(PlanEvent.Trouble, trouble);
            return new PlanOutcome(plan.Id, PlanEnd.Undecided, $"Taking {plan.Id} back is not at its end: {trouble}. It is tried again by the dead-man timer, by the next plan verb, and when the relay starts.");
        }
        // Before the word that lets mail go again: old connections have the address of a rule that is gone, and what was proven was proven through it.
        await drain(plan);
        var text = left.Count == 0 ? "All is as it was before." : $"All is as it was before, but for what others have changed since: {string.Join("; ", left)}. That was left as it is.";
        written &= await journal.TryWriteAsync(PlanEvent.Undone, text);
        if (written)
            await RecordAsync(history, hold, journal);
        await notice();
        return new PlanOutcome(plan.Id, left.Count == 0 ? PlanEnd.Undone : PlanEnd.UndoneInPart,
            $"{Sentence(reason)} {text}{(written ? "" : " The journal could not be written: the next plan verb reads everything back once more.")}");
    }

    /// <summary>The registry after an undo: what was ours before is ours again.</summary>
    public async Task RecordAsync(PlanHistory history, IPlanHold hold, PlanJournal journal)
    {
        var now = await store.FindAsync(history.Plan.Id, CancellationToken.None) ?? history;
        var touched = now.Plan.Changes.Index().Where(change => now.Written.Contains(change.Index)).ToList();
        // What others have changed is nobody's of us, whose ever it was before.
        var before = (now.Snapshot?.Owned ?? PlanRegistry.Empty).Of(touched.Where(change => !now.Left.Contains(change.Index)).Select(change => change.Item));
        var registry = await store.RegistryAsync(CancellationToken.None);
        await hold.RegisterAsync(registry.Back(touched.Select(change => change.Item), before));
        await journal.WriteAsync(PlanEvent.Recorded, "");
    }

    private async Task<(string? Trouble, List<string> NotOurs, bool Written)> BackAsync(ImmutableArray<int> numbers, ImmutableArray<Change> changes, PlanJournal journal, CancellationToken cancellation)
    {
        var notOurs = new List<string>();
        var open = numbers;
        var all = true;
        for (var tries = 1; ; tries++)
        {
            string? trouble = null;
            var ours = ImmutableArray.CreateBuilder<int>();
            var restored = ImmutableArray.CreateBuilder<int>();
            var unread = ImmutableArray.CreateBuilder<int>();
            foreach (var (number, present) in open.Zip(await hands.ReadAsync([.. open.Select(number => changes[number])], cancellation)))
            {
                switch (present.Standing)
                {
                    case Standing.New:
                        ours.Add(number);
                        break;
                    case Standing.Old:
                        restored.Add(number);
                        break;
                    case Standing.Other:
                        notOurs.Add(present.Text);
                        all &= await journal.TryWriteAsync(PlanEvent.Left, present.Text, [number]);
                        break;
                    default:
                        trouble = present.Text;
                        unread.Add(number);
                        break;
                }
            }
            if (restored.Count > 0)
                all &= await journal.TryWriteAsync(PlanEvent.Restored, "", restored.ToImmutable());
            open = unread.ToImmutable();
            if (ours.Count > 0 && trouble is null)
            {
                all &= await journal.TryWriteAsync(PlanEvent.Restoring, string.Join("; ", ours.Select(number => PlanText.Line(changes[number].Inverse()))), ours.ToImmutable());
                var result = await hands.WriteAsync([.. ours.Select(number => changes[number].Inverse())], cancellation);
                // Whatever was answered, what is there decides: read once more at the top of the loop.
                trouble = result is WriteResult.Done ? null : result.Text.Length > 0 ? result.Text : result.GetType().Name;
                if (trouble is null)
                    all &= await journal.TryWriteAsync(PlanEvent.Restored, result.Text, ours.ToImmutable());
                else
                    open = [.. open, .. ours];
            }
            else
                open = [.. open, .. ours];
            if (open.IsEmpty || tries >= times.Tries)
                return (open.IsEmpty ? null : trouble ?? "it could not be written", notOurs, all);
            await Task.Delay(times.BetweenTries, time, cancellation);
        }
    }

    internal static string Sentence(string text) => text.Length == 0 ? "" : $"{char.ToUpperInvariant(text[0])}{text[1..].TrimEnd('.')}.";
}
