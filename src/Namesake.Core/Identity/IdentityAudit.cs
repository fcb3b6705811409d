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
    /// <summary>The verdict alone, by the checks that count before a delivery: for whoever is asked by many.</summary>
    /// <param name="ehlo">As given: a name that cannot be an EHLO name is a finding, not an error.</param>
    public static async Task<AuditReport> CheckAsync(
        IPAddress address, string ehlo, IdentityPolicy policy, IDnsLookup dns, ImmutableArray<IPRange> treatAsPublic, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(time);
        if (Find(ref address, ehlo, policy, time, out var refused) is not { } facts)
            return refused!;
        facts = facts with { TreatAsPublic = treatAsPublic, Dns = await new IdentityProbe(dns).LookAsync(address, facts.Source.Ehlo, cancellation) };
        return Auditor.JudgeVerdict(facts, policy, time.GetUtcNow());
    }

    /// <summary>Everything that the auditor's probes show.</summary>
    /// <param name="about">Puts in what else is known of it: sender domains, ranges that count as public.</param>
    public static async Task<AuditReport> CheckAsync(
        IPAddress address, string ehlo, IdentityPolicy policy, Auditor auditor, Func<IdentityFacts, IdentityFacts> about, TimeProvider time, IProgress<string>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(auditor);
        ArgumentNullException.ThrowIfNull(about);
        ArgumentNullException.ThrowIfNull(time);
        return Find(ref address, ehlo, policy, time, out var refused) is { } facts ? await auditor.AuditAsync(about(facts), policy, progress, cancellation) : refused!;
    }

    /// <returns>Null when the name can't be one: then that is the whole report.</returns>
    private static IdentityFacts? Find(ref IPAddress address, string ehlo, IdentityPolicy policy, TimeProvider time, out AuditReport? refused)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        refused = null;
        if (!HostName.TryParse(ehlo, out var name, out var fault))
        {
            refused = Unnamable(address, ehlo, policy, fault, time.GetUtcNow());
            return null;
        }
        var source = new Source { Id = new SourceId("check"), LocalAddress = address, PublicAddress = address, Ehlo = name };
        return new IdentityFacts { Source = source, Pool = [source] };
    }

    private static AuditReport Unnamable(IPAddress address, string ehlo, IdentityPolicy policy, string fault, DateTimeOffset now)
    {
        var id = fault.StartsWith("EH-03", StringComparison.Ordinal) ? "EH-03" : "EH-02";
        var finding = new Finding(id, FindingSeverity.Hold, $"EHLO {ehlo}: {fault[(fault.IndexOf(':', StringComparison.Ordinal) + 2)..]}", "a fully qualified host name of the public DNS",
            "Say a name under a domain of yours, such as mail.example.org, and give it an address record", now);
        return new AuditReport(address, ehlo, policy, Verdict.Misaligned, [finding], [new CheckResult(id, CheckOutcome.Bad, finding.Seen, finding.Expected, finding.Fix)]);
    }
}
