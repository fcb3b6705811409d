namespace Namesake.Core.Plans.Journal;

/// <summary>How a plan stands, as its journal tells.</summary>
public enum PlanState
{
    /// <summary>Made, and never begun, or not begun again since it was undone or refused.</summary>
    Planned,

    /// <summary>Begun and not yet decided.</summary>
    Applying,

    /// <summary>Applied, and stays.</summary>
    Applied,

    /// <summary>On its way back.</summary>
    Undoing,

    /// <summary>All is as it was before.</summary>
    Undone,

    /// <summary>As before, but for what others have changed since, and what an operator left that could not be taken back.</summary>
    UndoneInPart,
}

public static class PlanStateWords
{
    public static string Word(this PlanState state) => state switch
    {
        PlanState.Planned => "planned",
        PlanState.Applying => "applying",
        PlanState.Applied => "applied",
        PlanState.Undoing => "undoing",
        PlanState.Undone => "undone",
        _ => "undone in part",
    };
}
