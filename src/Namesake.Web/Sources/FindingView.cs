using Namesake.Core.Identity;

namespace Namesake.Web.Sources;

/// <param name="Severity">"HOLD", "FAIL", "WARN" or "INFO", after the policy was applied.</param>
/// <param name="Policy">The policy whose rule failed; null for rules that hold under every policy.</param>
public sealed record FindingView(string Check, string Severity, string Seen, string Expected, string Fix, DateTimeOffset Since, string? Policy)
{
    public static FindingView Of(Finding finding) =>
        new(finding.Check, finding.Severity.ToString().ToUpperInvariant(), finding.Seen, finding.Expected, finding.Fix, finding.Since, finding.Policy);
}
