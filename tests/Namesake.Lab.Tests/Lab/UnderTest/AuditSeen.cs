namespace Namesake.Lab.Tests.Lab.UnderTest;

/// <summary>What an audit found of one source, as the API and <c>--json</c> tell it.</summary>
public sealed record AuditSeen(string? Source, string? Address, string Ehlo, string Verdict, IReadOnlyList<FindingSeen> Findings, IReadOnlyList<CheckSeen> Checks, IReadOnlyList<string> Troubles)
{
    /// <summary>"EG-07 FAIL", by name. What could not be answered is told among the findings, too, and fails nothing.</summary>
    public IReadOnlyList<string> Failing => [.. Findings.Where(finding => Of(finding.Check).Outcome != "unknown").Select(finding => $"{finding.Check} {finding.Severity}").Distinct().Order(StringComparer.Ordinal)];

    public CheckSeen Of(string check) => Checks.Single(seen => seen.Check == check);

    public override string ToString() =>
        $"{Source} {Verdict}\n{string.Join('\n', Findings.Select(finding => $"  {finding.Check} {finding.Severity}: {finding.Seen}"))}\n  {string.Join("; ", Checks.Select(check => check.Outcome is "pass" or "not-applicable" or "not-observable" ? $"{check.Check} {check.Outcome}" : $"{check.Check} {check.Outcome} ({check.Seen})"))}\n{string.Join('\n', Troubles)}";
}

public sealed record FindingSeen(string Check, string Severity, string Seen, string Fix);

public sealed record CheckSeen(string Check, string Outcome, string Seen);
