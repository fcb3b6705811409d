using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Web.Sources;

namespace Namesake.Web.Audits;

/// <summary>What an audit found of one identity.</summary>
/// <param name="Source">As the configuration names it; null for an identity that isn't one of the relay's.</param>
/// <param name="Address">The public address; null: the name has none.</param>
/// <param name="Verdict">"aligned", "misaligned" or "unknown".</param>
/// <param name="Checks">The whole catalogue in its order; only the one that ended it when there was nothing more to look at.</param>
/// <param name="Troubles">What could not be looked at for a fault of the auditor's own; empty mostly.</param>
public sealed record AuditView(
    string? Source, string? Address, string Ehlo, string Policy, string Verdict, ImmutableArray<FindingView> Findings, ImmutableArray<CheckResultView> Checks, ImmutableArray<string> Troubles)
{
    /// <summary>Whether a finding stands for a question that nobody could answer, instead of for something wrong.</summary>
    public bool IsUnanswered(string check) => Checks.Any(result => result.Check == check && result.Outcome == "unknown");

    public static AuditView Of(AuditReport report, string? source = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new AuditView(
            source, report.Address.Equals(IPAddress.None) ? null : report.Address.ToString(), report.Ehlo, report.Policy.ToString().ToLowerInvariant(), report.Verdict.ToString().ToLowerInvariant(),
            [.. report.Findings.Select(FindingView.Of)], [.. report.Results.Select(CheckResultView.Of)], report.Troubles);
    }
}

/// <param name="Outcome">"pass", "bad", "unknown", "not-applicable" or "not-observable".</param>
/// <param name="Seen">What was seen; for the last two, why it says nothing.</param>
public sealed record CheckResultView(string Check, string Outcome, string Seen)
{
    public static CheckResultView Of(CheckResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new CheckResultView(result.Check, result.Outcome switch
        {
            CheckOutcome.NotApplicable => "not-applicable",
            CheckOutcome.NotObservable => "not-observable",
            _ => result.Outcome.ToString().ToLowerInvariant(),
        }, result.Seen);
    }
}
