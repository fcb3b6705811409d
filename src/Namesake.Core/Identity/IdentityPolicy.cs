namespace Namesake.Core.Identity;

/// <summary>Which identity rules hold mail. EG-02, EG-03 and EH-01 (the bound source, the name really sent) hold under every policy.</summary>
public enum IdentityPolicy
{
    /// <summary>PTR = EHLO and forward-confirmed; all EG, EH, PT checks hold.</summary>
    Strict,

    /// <summary>Forward-confirmed reverse DNS only: PT-04 and EH-05 are told, not held.</summary>
    Forward,

    /// <summary>DNS and outside checks are told, not held.</summary>
    Observe,
}
