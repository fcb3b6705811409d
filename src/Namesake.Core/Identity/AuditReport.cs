using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Identity.Checks;

namespace Namesake.Core.Identity;

/// <summary>What an <see cref="Auditor"/> found.</summary>
/// <param name="Findings">What failed, and what could not be answered (marked so), by severity.</param>
/// <param name="Results">Every check, those that passed and those that can't be observed from here included.</param>
public sealed record AuditReport(IPAddress Address, string Ehlo, IdentityPolicy Policy, Verdict Verdict, ImmutableArray<Finding> Findings, ImmutableArray<CheckResult> Results)
{
    /// <summary>What could not be looked at for a fault of the auditor's own, in words; empty mostly.</summary>
    public ImmutableArray<string> Troubles { get; init; } = [];
}
