namespace Namesake.Core.Identity.Checks;

/// <summary>Why a check could not be answered: decides how long an aligned source is trusted meanwhile.</summary>
public enum UnknownCause
{
    None,

    /// <summary>All servers of the zone are silent: their trouble, not ours. Long grace.</summary>
    Silent,

    /// <summary>Failing, refusing, lame or unintelligible servers.</summary>
    Trouble,

    /// <summary>The zone's servers disagree: a change is on its way.</summary>
    PartlyPropagated,

    /// <summary>Nobody outside said which address we come from.</summary>
    NoWitness,
}
