using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Verdicts;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity;

/// <summary>One look at any address and name, without configuration, history or a relay: what a receiver would find.</summary>
/// <remarks>The rules are the gate's for a source never proven: one definite answer is enough. What only a session can show (the bound source, the address the outside sees)
/// is listed as not observable and counts for nothing. A reserved address (EG-05, a rule of plan and gate) is told as a warning and then judged as if it were public: people
/// check test set-ups too.</remarks>
public static class IdentityAudit
{
    /// <param name="ehlo">As given: a name that cannot be an EHLO name is a finding, not an error.</param>
    public static async Task<AuditReport> CheckAsync(
        IPAddress address, string ehlo, IdentityPolicy policy, IDnsLookup dns, ImmutableArray<IPRange> treatAsPublic, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(time);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (!HostName.TryParse(ehlo, out var name, out var fault))
            return Unnamable(address, ehlo, policy, fault, time.GetUtcNow());

        var source = new Source { Id = new SourceId("check"), LocalAddress = address, PublicAddress = address, Ehlo = name };
        var facts = new IdentityFacts { Source = source, Pool = [source], TreatAsPublic = treatAsPublic, Dns = await new IdentityProbe(dns).LookAsync(address, name, cancellation) };
        var now = time.GetUtcNow();
        var results = IdentityChecks.Judge(facts);
        var reserved = results.First(result => result.Check == "EG-05");
        var context = new EvaluationContext(now, now, InDoubt: false, Refused: false, DnsHolds: false, new IdentityOptions());
        var memories = results.Select(result => result == reserved ? reserved with { Outcome = CheckOutcome.NotApplicable } : result).ToImmutableDictionary(result => result.Check,
            result => CheckTransitions.Next(CheckMemory.Blank(result.Check, now), result, IdentityChecks.Find(result.Check)!.Kind, context));
        var conclusion = Conclude.From(source, policy, memories, null, context);
        return new AuditReport(address, name.Value, policy, conclusion.Verdict, reserved.IsBad ? conclusion.Findings.Add(Warning(reserved, now)) : conclusion.Findings, results);
    }

    private static Finding Warning(CheckResult reserved, DateTimeOffset now) => new(reserved.Check, FindingSeverity.Warn, reserved.Seen, reserved.Expected, reserved.Fix, now);

    private static AuditReport Unnamable(IPAddress address, string ehlo, IdentityPolicy policy, string fault, DateTimeOffset now)
    {
        var id = fault.StartsWith("EH-03", StringComparison.Ordinal) ? "EH-03" : "EH-02";
        var finding = new Finding(id, FindingSeverity.Hold, $"EHLO {ehlo}: {fault[(fault.IndexOf(':', StringComparison.Ordinal) + 2)..]}", "a fully qualified host name of the public DNS",
            "Say a name under a domain of yours, such as mail.example.org, and give it an address record", now);
        return new AuditReport(address, ehlo, policy, Verdict.Misaligned, [finding], [new CheckResult(id, CheckOutcome.Bad, finding.Seen, finding.Expected, finding.Fix)]);
    }
}
