namespace Namesake.Core.Identity;

/// <summary>A check that failed: what was seen, what was expected, how to put it right. In plain words, ready to show.</summary>
/// <param name="Check">The stable id of the catalogue, "PT-01".</param>
/// <param name="Severity">After the policy was applied.</param>
/// <param name="IsUnknown">The check could not be answered: never counted as failed, and of severity INFO while grace lasts.</param>
/// <param name="Policy">The policy whose rule failed, "strict" or "forward"; null for rules that hold under every policy.</param>
/// <param name="Since">When it was first seen in an unbroken row.</param>
public sealed record Finding(
    string Check,
    FindingSeverity Severity,
    string Seen,
    string Expected,
    string Fix,
    DateTimeOffset Since,
    string? Policy = null,
    bool IsUnknown = false);

public enum FindingSeverity
{
    Info,
    Warn,
    Fail,
    Hold,
}
