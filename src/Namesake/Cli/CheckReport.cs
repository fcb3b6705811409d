using System.Collections.Immutable;
using Namesake.Core.Identity;

namespace Namesake.Cli;

/// <summary>What `check --json` prints: a contract with scripts, changed only with a changelog entry.</summary>
/// <param name="Verdict">"aligned", "misaligned" or "unknown".</param>
public sealed record CheckReport(string Verdict, ImmutableArray<CheckFindingReport> Findings)
{
    public static CheckReport Of(AuditReport report) => new(report.Verdict.ToString().ToLowerInvariant(),
        [.. report.Findings.Select(finding => new CheckFindingReport(finding.Check, finding.Severity.ToString().ToUpperInvariant(), finding.Seen, finding.Expected, finding.Fix))]);
}

/// <param name="Severity">"HOLD", "FAIL", "WARN" or "INFO".</param>
public sealed record CheckFindingReport(string Check, string Severity, string Seen, string Expected, string Fix);
