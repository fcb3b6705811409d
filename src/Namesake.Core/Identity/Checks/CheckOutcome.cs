namespace Namesake.Core.Identity.Checks;

/// <summary>How one check ended.</summary>
public enum CheckOutcome
{
    Pass,

    /// <summary>A positive answer says so: never a time-out, a failing or a lame server.</summary>
    Bad,

    /// <summary>Nobody could tell. Never raises and never clears a finding.</summary>
    Unknown,

    /// <summary>Its premise failed, and that is another check's finding; or it cannot be observed from here.</summary>
    NotApplicable,
}
