namespace Namesake.Core.Identity.Checks;

/// <summary>How one check ended.</summary>
public enum CheckOutcome
{
    Pass,

    /// <summary>A positive answer says so: never a time-out, a failing or a lame server.</summary>
    Bad,

    /// <summary>Nobody could tell. Never raises and never clears a finding.</summary>
    Unknown,

    /// <summary>Its premise failed, and that is another check's finding; or it says nothing about a source of this kind.</summary>
    NotApplicable,

    /// <summary>It can't be seen from where the auditor stands, or was not looked at: neither good nor bad, and never shown as passed.</summary>
    NotObservable,
}
