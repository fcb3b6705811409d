namespace Namesake.Core.Plans.Journal;

/// <summary>What a line of a plan's journal says. Its order in the journal is the order in which it happened.</summary>
public enum PlanEvent
{
    /// <summary>Was asked for and not begun, and why. Nothing was changed, and however it stood it stands.</summary>
    Refused,

    /// <summary>An apply begins, with what was allowed beyond the usual in its text: from here until <see cref="Confirmed"/> or <see cref="Undone"/> the plan is in hand, and no other is begun. Has the deadline.</summary>
    Begun,

    /// <summary>How everything stood before: what an undo must bring back.</summary>
    Snapshot,

    /// <summary>The dead-man timer says that it waits. Nothing is written before.</summary>
    Watching,

    /// <summary>These changes are written next. Durable before they are: whoever finds this without an outcome must read back.</summary>
    Writing,

    /// <summary>These are written.</summary>
    Written,

    /// <summary>These are not written; the text says why.</summary>
    NotWritten,

    /// <summary>These held already before we came, or came to hold by somebody else's hand: not ours, and never undone.</summary>
    Already,

    /// <summary>Every authoritative server shows a step, or did not within the time; the text says who said what.</summary>
    Seen,

    /// <summary>Connections that would keep the old address are closed.</summary>
    Drained,

    /// <summary>What the outside sees.</summary>
    Looked,

    /// <summary>It stays. From here on what was written is ours.</summary>
    Confirmed,

    /// <summary>The way back begins; the text says why.</summary>
    Undoing,

    /// <summary>These are brought back next.</summary>
    Restoring,

    /// <summary>These are as before.</summary>
    Restored,

    /// <summary>These are no longer what we wrote, or could not be taken back and an operator's word left them: as they are.</summary>
    Left,

    /// <summary>The way back is at its end.</summary>
    Undone,

    /// <summary>The registry of what we own says what this plan came to.</summary>
    Recorded,

    /// <summary>Something stood in the way and is tried again. With changes: the answer to their write was lost.</summary>
    Trouble,
}
