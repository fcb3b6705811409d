using System.Collections.Immutable;
using Namesake.Core.Plans.Journal;

namespace Namesake.Core.Plans.Applying;

/// <summary>The way back, by whoever holds the lock: the runner itself, the dead-man timer, the next plan verb, the relay at its start.</summary>
/// <remarks>
/// <para>Backwards through all that may be written, each read before it is touched. What is as before is done; what is as we wrote it is written back, with that as its prerequisite; what is neither was changed
/// by somebody else and is left as it is (<see cref="WayBack"/>). So it may begin at any point, break off at any point and begin again: nothing depends on what a line of the journal failed to say.</para>
/// <para>What can't be read or written stops it there, because order counts: the PTR record goes before the address it leads to. It is then tried again later.</para>
/// </remarks>
internal sealed class PlanUndo(ChangeHands hands, ServersLook servers, IPlanStore store, Func<Task> notice, Func<Plan, Task> drain, PlanTimes times, TimeProvider time)
{
    /// <summary>What stands in the way of undoing as a whole, before anything is touched; empty: nothing.</summary>
    public async Task<ImmutableArray<(Standing Standing, string Text)>> LookAsync(PlanHistory history, CancellationToken cancellation)
    {
        var changes = history.Plan.Changes.ToImmutableArray();
        var against = ImmutableArray.CreateBuilder<(Standing, string)>();
        // Of what was changed twice only the last is there to be seen.
        ImmutableArray<Change> last = [.. history.MayBeWritten.Reverse().DistinctBy(number => ChangeSpot.Of(changes[number]).Key).Select(number => changes[number])];
        foreach (var (change, reading) in last.Zip(await hands.ReadPatientlyAsync(last, cancellation)))
            if (reading.In(history.Plan, change) is var present && present.Standing is Standing.Other or Standing.Unknown)
                against.Add((present.Standing, present.Text));
        return against.ToImmutable();
    }

    /// <param name="leaver">By whose word what can't be taken back is left as it is; null: nobody's, and it is tried again later.</param>
    public async Task<PlanOutcome> RunAsync(PlanHistory history, IPlanHold hold, PlanJournal journal, string reason, string? leaver, CancellationToken cancellation)
    {
        var plan = history.Plan;
        var written = history.State == PlanState.Undoing || await journal.TryWriteAsync(PlanEvent.Undoing, reason);
        // Who sends by these sources must not, from here until they are what they were: their identity is leaving what DNS and wire agreed on.
        await notice();
        var way = new WayBack(history, journal, hands, servers, times, time, leaver);
        if (await way.GoAsync(cancellation) is { } trouble)
            return new PlanOutcome(plan.Id, PlanEnd.Undecided,
                $"Taking {plan.Id} back is not at its end: {trouble}. It is tried again by the dead-man timer, by the next plan verb, and when the relay starts. What can't be taken back any more is left by `namesake undo {plan.Id} --leave`.");
        // Before the word that lets mail go again: old connections have the address of a rule that is gone, and what was proven was proven through it.
        await drain(plan);
        var text = Words(way, leaver);
        written &= way.IsJournaled & await journal.TryWriteAsync(PlanEvent.Undone, text);
        if (written)
            await RecordAsync(history, hold, journal);
        await notice();
        return new PlanOutcome(plan.Id, way.Others.Count + way.ByWord.Count == 0 ? PlanEnd.Undone : PlanEnd.UndoneInPart,
            $"{Sentence(reason)} {text}{(written ? "" : " The journal could not be written: the next plan verb reads everything back once more.")}");
    }

    private static string Words(WayBack way, string? leaver)
    {
        var others = way.Others.Count == 0 ? "" : $", but for what others have changed since: {string.Join("; ", way.Others)}. That was left as it is";
        var byWord = way.ByWord.Count == 0 ? "" : $"{(others.Length == 0 ? ", but for" : ". Besides,")} what could not be taken back and was left by the word of {leaver}: {string.Join("; ", way.ByWord)}. Nobody looks after it any more";
        return $"All is as it was before{others}{byWord}.";
    }

    /// <summary>The registry after an undo: what was ours before is ours again.</summary>
    public async Task RecordAsync(PlanHistory history, IPlanHold hold, PlanJournal journal)
    {
        var now = await store.FindAsync(history.Plan.Id, CancellationToken.None) ?? history;
        var owned = await store.RegistryAsync(CancellationToken.None);
        // What was left because a later plan made it otherwise, or an operator adopted it so, is theirs to look after.
        var touched = now.Plan.Changes.Index().Where(change => now.Written.Contains(change.Index) && !(now.Left.Contains(change.Index) && owned.IsOthers(change.Item, now.Plan.Id))).ToList();
        // What others have changed is nobody's of us, whose ever it was before.
        var before = (now.Snapshot?.Owned ?? PlanRegistry.Empty).Of(touched.Where(change => !now.Left.Contains(change.Index)).Select(change => change.Item));
        await hold.RegisterAsync(owned.Back(touched.Select(change => change.Item), before));
        await journal.WriteAsync(PlanEvent.Recorded, "");
    }

    internal static string Sentence(string text) => text.Length == 0 ? "" : $"{char.ToUpperInvariant(text[0])}{text[1..].TrimEnd('.')}.";
}
