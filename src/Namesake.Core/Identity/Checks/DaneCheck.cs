using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>TL-04: where the EHLO name is also an MX and TLSA records are published for it, what it presents fits them.</summary>
/// <remarks>Senders look at TLSA records only where DNSSEC vouches for them (RFC 7672 §2.2); whether it does is the word of our resolver (the AD bit), so without that nothing is said.</remarks>
public sealed class DaneCheck() : IdentityCheck(new CheckCard("TL-04", CheckKind.Dns)
{
    Title = "where the EHLO name is also an MX, its certificate fits its TLSA records",
    Severity = FindingSeverity.Warn,
    Evidence = "TLSA below _25._tcp of the EHLO name from a validating resolver, and the certificate that port 25 presents", EnforcedBy = "senders with DANE (Postfix, mox, Microsoft 365): they keep or return mail to such an MX",
    Fix = FixKind.Dns, Remedy = "Publish the TLSA record of the certificate in use before it changes", Article = "dane",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var ehlo = facts.Source.Ehlo.Value;
        var expected = $"a certificate that a TLSA record of _25._tcp.{ehlo} matches";
        if (facts.Inbound is not { Dane: { } dane } inbound)
            return NotObservable(TlsAudit.Unseen(facts) ?? "TLSA records were not looked up");
        if (dane.MxOf.IsEmpty)
            return dane.Mx.FirstOrDefault(answer => !answer.IsDefinite) is { } silent
                ? Unknown($"whether {ehlo} is the MX of {silent.Name} is not known: {silent.Server} gave no answer", expected, UnknownCause.Trouble)
                : NotApplicable($"{ehlo} is no MX of {string.Join(", ", dane.Mx.Select(answer => answer.Name).Take(3))}");
        if (dane.Tlsa is not { IsDefinite: true } tlsa)
            return Unknown($"TLSA of _25._tcp.{ehlo} is not known: no answer", expected, dane.Tlsa?.Outcome is DnsOutcome.TimedOut or DnsOutcome.Unreachable ? UnknownCause.Silent : UnknownCause.Trouble);
        if (!dane.Records.Any())
            return NotApplicable($"_25._tcp.{ehlo} has no TLSA record");
        if (!tlsa.Authenticated)
            return Unknown($"the TLSA records of _25._tcp.{ehlo} came without AD: the zone isn't signed, or {tlsa.Server} doesn't validate", expected, UnknownCause.Trouble);
        if (!dane.Usable.Any())
            return Bad($"no TLSA record of _25._tcp.{ehlo} can be used for mail: {Describe(dane)}", expected, Fix(ehlo, inbound)) with { Ttl = tlsa.Ttl };
        if (inbound.Reach != InboundReach.Answers)
            return Unknown(TlsAudit.Unseen(facts)!, expected, UnknownCause.Trouble);
        if (!inbound.OffersStartTls)
            return Bad($"{inbound.At} offers no STARTTLS, which its TLSA records promise", expected, $"Offer STARTTLS on {inbound.At}, or remove the TLSA records of _25._tcp.{ehlo}") with { Ttl = tlsa.Ttl };
        return inbound.Asked switch
        {
            { Certificate: { } seen } when dane.Accepts(seen, ehlo, inbound.SeenAt) => Pass($"{seen.Describe()} fits {Describe(dane)}", expected) with { Ttl = tlsa.Ttl },
            { Certificate: { } seen } => Bad($"{inbound.At} presents {seen.Describe()}, which fits none of {Describe(dane)}", expected, Fix(ehlo, inbound)) with { Ttl = tlsa.Ttl },
            { Definite: true } => NotApplicable("its TLS handshake fails (TL-01)"),
            _ => Unknown($"STARTTLS at {inbound.At} came to no end: {inbound.Asked?.Trouble}", expected, UnknownCause.Trouble),
        };
    }

    private static string Fix(string ehlo, InboundFacts inbound)
    {
        var record = inbound.Asked?.Certificate is { Presented: [var leaf, ..] } ? $"3 1 1 {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(leaf.PublicKey.AsSpan()))}" : "3 1 1 and the SHA-256 of its public key";
        return $"Publish _25._tcp.{ehlo}. TLSA {record} beside the old records, and remove those once their TTL has passed";
    }

    private static string Describe(DaneFacts dane) => string.Join(", ", dane.Records.Take(4).Select(record =>
        $"TLSA {record.Usage} {record.Selector} {record.Matching} {Convert.ToHexStringLower(record.Data.AsSpan()[..Math.Min(4, record.Data.Length)])}…"));
}
