namespace Namesake.Core.Identity.Verdicts;

/// <summary>Where one check of one source stands, its past considered.</summary>
public enum CheckStanding
{
    /// <summary>Not passed since address, name or policy changed.</summary>
    NeverPassed,
    Passing,

    /// <summary>Passed before, bad once: to be confirmed. Holds nothing yet.</summary>
    Suspect,
    Failing,

    /// <summary>Passed before, can't be told now: trusted until grace ends.</summary>
    Unknown,

    /// <summary>Unknown for longer than its grace.</summary>
    Lapsed,
}
