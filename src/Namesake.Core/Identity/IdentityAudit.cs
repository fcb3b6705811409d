using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity;

/// <summary>One look at any address and name, without configuration, history or a relay: what a receiver would find.</summary>
public static class IdentityAudit
{
    /// <param name="ehlo">As given: a name that cannot be an EHLO name is a finding, not an error.</param>
    public static Task<AuditReport> CheckAsync(
        IPAddress address, string ehlo, IdentityPolicy policy, IDnsLookup dns, ImmutableArray<IPRange> treatAsPublic, TimeProvider time, CancellationToken cancellation) =>
        CheckAsync(address, ehlo, policy, new Auditor(dns, [], time), facts => facts with { TreatAsPublic = treatAsPublic }, time, null, cancellation);

    /// <param name="about">Puts in what else is known of it: sender domains, ranges that count as public.</param>
    public static async Task<AuditReport> CheckAsync(
        IPAddress address, string ehlo, IdentityPolicy policy, Auditor auditor, Func<IdentityFacts, IdentityFacts> about, TimeProvider time, IProgress<string>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(auditor);
        ArgumentNullException.ThrowIfNull(about);
        ArgumentNullException.ThrowIfNull(time);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (!HostName.TryParse(ehlo, out var name, out var fault))
            return Unnamable(address, ehlo, policy, fault, time.GetUtcNow());
        var source = new Source { Id = new SourceId("check"), LocalAddress = address, PublicAddress = address, Ehlo = name };
        return await auditor.AuditAsync(about(new IdentityFacts { Source = source, Pool = [source] }), policy, progress, cancellation);
    }

    private static AuditReport Unnamable(IPAddress address, string ehlo, IdentityPolicy policy, string fault, DateTimeOffset now)
    {
        var id = fault.StartsWith("EH-03", StringComparison.Ordinal) ? "EH-03" : "EH-02";
        var finding = new Finding(id, FindingSeverity.Hold, $"EHLO {ehlo}: {fault[(fault.IndexOf(':', StringComparison.Ordinal) + 2)..]}", "a fully qualified host name of the public DNS",
            "Say a name under a domain of yours, such as mail.example.org, and give it an address record", now);
        return new AuditReport(address, ehlo, policy, Verdict.Misaligned, [finding], [new CheckResult(id, CheckOutcome.Bad, finding.Seen, finding.Expected, finding.Fix)]);
    }
}
