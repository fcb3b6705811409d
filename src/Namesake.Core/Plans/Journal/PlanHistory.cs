using System.Collections.Immutable;

namespace Namesake.Core.Plans.Journal;

/// <summary>A plan and all that was done with it. What follows from the lines of a journal is said here and nowhere else.</summary>
/// <param name="Entries">All, in order, of every time it was applied.</param>
/// <param name="Damaged">Lines that can't be read. What they said is unknown: any change may have been written.</param>
public sealed record PlanHistory(Plan Plan, ImmutableArray<PlanEntry> Entries, int Damaged)
{
    public PlanState State => Last(PlanEvent.Begun, PlanEvent.Confirmed, PlanEvent.Undoing, PlanEvent.Undone)?.Event switch
    {
        null => Damaged == 0 ? PlanState.Planned : PlanState.Applying,
        PlanEvent.Begun => PlanState.Applying,
        PlanEvent.Confirmed => PlanState.Applied,
        PlanEvent.Undoing => PlanState.Undoing,
        _ => Round.Any(entry => entry.Event == PlanEvent.Left) ? PlanState.UndoneInPart : PlanState.Undone,
    };

    /// <summary>Begun, and neither confirmed nor undone: nothing else may be begun on this node.</summary>
    public bool IsInHand => State is PlanState.Applying or PlanState.Undoing;

    /// <summary>The decision is made, and the registry doesn't know yet.</summary>
    public bool IsUnrecorded => !IsInHand && Last(PlanEvent.Confirmed, PlanEvent.Undone, PlanEvent.Recorded) is { } last && last.Event != PlanEvent.Recorded;

    /// <summary>The lines since it was begun last.</summary>
    public IEnumerable<PlanEntry> Round => Entries.Skip(Math.Max(0, LastIndex(PlanEvent.Begun)));

    public PlanEntry? Begun => Round.FirstOrDefault(entry => entry.Event == PlanEvent.Begun);

    public Deadline? Deadline => Begun?.Until;

    public PlanSnapshot? Snapshot => Round.FirstOrDefault(entry => entry.Snapshot is not null)?.Snapshot;

    /// <summary>A dead-man timer waits: since it was begun, or since an applied one is on its way back, for the timer of its apply ended with the decision.</summary>
    public bool IsWatched => Last(PlanEvent.Watching, PlanEvent.Begun, PlanEvent.Confirmed)?.Event == PlanEvent.Watching;

    /// <summary>When the present state began; when it was made, if nothing was done with it.</summary>
    public DateTimeOffset Since => Last(PlanEvent.Begun, PlanEvent.Confirmed, PlanEvent.Undoing, PlanEvent.Undone)?.At ?? Plan.MadeAt;

    /// <summary>Changes that are written, or may be: in the order of the plan.</summary>
    public ImmutableArray<int> MayBeWritten
    {
        get
        {
            var changes = Enumerable.Range(0, Plan.Changes.Count());
            if (Damaged > 0)
                return [.. changes.Except(Numbers(PlanEvent.Already))];
            var open = new SortedSet<int>();
            foreach (var entry in Round)
                foreach (var change in entry.Changes)
                    _ = entry.Event switch
                    {
                        PlanEvent.Writing or PlanEvent.Written => open.Add(change),
                        PlanEvent.NotWritten or PlanEvent.Restored or PlanEvent.Already => open.Remove(change),
                        _ => false,
                    };
            return [.. open];
        }
    }

    /// <summary>Writes that may be under way still, and since when at the latest: their answer was lost, or nobody was there to hear it.</summary>
    public ImmutableArray<(int Change, DateTimeOffset At, bool IsLost)> InDoubt
    {
        get
        {
            var (unheard, lost) = (new SortedDictionary<int, DateTimeOffset>(), new SortedDictionary<int, DateTimeOffset>());
            foreach (var entry in Round)
                foreach (var change in entry.Changes)
                    if (entry.Event == PlanEvent.Writing)
                        unheard[change] = entry.At;
                    else if (entry.Event == PlanEvent.Trouble)
                        lost[change] = entry.At;
                    else if (entry.Event != PlanEvent.Restored) // as before when it was looked at: which it would be until it comes
                        unheard.Remove(change);
            return [.. unheard.Select(one => (one.Key, one.Value, false)), .. lost.Select(one => (one.Key, one.Value, true))];
        }
    }

    /// <summary>Written for certain in this round, whatever became of them since.</summary>
    public ImmutableArray<int> Written => Numbers(PlanEvent.Written);

    public ImmutableArray<int> Left => Numbers(PlanEvent.Left);

    /// <summary>Why it is going back, or went.</summary>
    public string? UndoneBecause => Round.LastOrDefault(entry => entry.Event == PlanEvent.Undoing)?.Text;

    private ImmutableArray<int> Numbers(PlanEvent kind) => [.. Round.Where(entry => entry.Event == kind).SelectMany(entry => entry.Changes).Distinct().Order()];

    private PlanEntry? Last(params ReadOnlySpan<PlanEvent> kinds) => LastIndex(kinds) is >= 0 and var index ? Entries[index] : null;

    private int LastIndex(params ReadOnlySpan<PlanEvent> kinds)
    {
        for (var i = Entries.Length - 1; i >= 0; i--)
            if (kinds.Contains(Entries[i].Event))
                return i;
        return -1;
    }
}
