using System.Collections.Immutable;
using Namesake.Core.Plans.Journal;

namespace Namesake.Core.Plans.Applying;

/// <summary>Where things stand at the end of a command. Every one says whether the outside is old or new.</summary>
public enum PlanEnd
{
    /// <summary>There was nothing to do.</summary>
    Nothing,

    /// <summary>New: written, seen and confirmed.</summary>
    Applied,

    /// <summary>As it was: nothing was written.</summary>
    Refused,

    /// <summary>As it was: something is no longer as the plan expects it. Nothing was written, or all that was written is taken back.</summary>
    Stale,

    /// <summary>Old: all that was written is taken back.</summary>
    Undone,

    /// <summary>Old, but for what others have changed since, and what an operator left that could not be taken back: the text says what.</summary>
    UndoneInPart,

    /// <summary>As it was: it could not be found out how things stand, so nothing was written.</summary>
    Unknown,

    /// <summary>Something can't be read or written now. It is tried again: by the dead-man timer, by the next plan verb, and when the relay starts.</summary>
    Undecided,

    /// <summary>Another process is at it.</summary>
    InHand,
}

/// <param name="Text">In sentences, for a person.</param>
public sealed record PlanOutcome(PlanId Id, PlanEnd End, string Text)
{
    /// <summary>What the outside saw; empty when nobody looked.</summary>
    public ImmutableArray<SeenIdentity> Seen { get; init; } = [];

    /// <summary>Nothing is between old and new.</summary>
    public bool IsDecided => End is not (PlanEnd.Undecided or PlanEnd.InHand);
}

/// <summary>What the operator allows beyond the usual.</summary>
/// <param name="ReplaceForeign">Changes what isn't ours.</param>
/// <param name="AcceptUnseen">Confirms what could not be seen from outside. What is seen to be wrong is undone all the same.</param>
public sealed record ApplyWish(bool ReplaceForeign = false, bool AcceptUnseen = false);
