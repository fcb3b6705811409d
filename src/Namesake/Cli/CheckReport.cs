using System.Collections.Immutable;
using Namesake.Web.Audits;
using Namesake.Web.Sources;

namespace Namesake.Cli;

/// <summary>What `check --json` and `audit --json` print: a contract with scripts, changed only with a changelog entry.</summary>
/// <param name="Verdict">"aligned", "misaligned" or "unknown": the worst of all identities.</param>
/// <param name="Findings">Of all identities.</param>
public sealed record CheckReport(string Verdict, ImmutableArray<CheckFindingReport> Findings, ImmutableArray<AuditView> Identities)
{
    private static readonly string[] Worse = ["aligned", "unknown", "misaligned"];

    public static CheckReport Of(ImmutableArray<AuditView> identities) => new(
        Worse[identities.Select(identity => Array.IndexOf(Worse, identity.Verdict)).DefaultIfEmpty(1).Max()],
        [.. identities.SelectMany(identity => identity.Findings).Select(CheckFindingReport.Of)], identities);

    [System.Text.Json.Serialization.JsonIgnore]
    public int ExitCode => Verdict switch { "aligned" => Cli.ExitCode.Ok, "misaligned" => Cli.ExitCode.Negative, _ => Cli.ExitCode.Unknown };
}

/// <param name="Severity">"HOLD", "FAIL", "WARN" or "INFO".</param>
public sealed record CheckFindingReport(string Check, string Severity, string Seen, string Expected, string Fix)
{
    internal static CheckFindingReport Of(FindingView finding) => new(finding.Check, finding.Severity, finding.Seen, finding.Expected, finding.Fix);
}
