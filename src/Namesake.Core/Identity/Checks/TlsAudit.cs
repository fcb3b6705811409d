using System.Collections.Immutable;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>The checks of group TL that are looked at in an audit and stop no delivery by themselves.</summary>
public static class TlsAudit
{
    public static ImmutableArray<IdentityCheck> All { get; } =
        [new CertificateCheck(), new BannerCheck(), new OpenRelayCheck(), new DaneCheck(), new LinkedBrandsCheck(), new DefaultCertificateCheck()];

    /// <summary>What keeps port 25 from being judged; null when it answers.</summary>
    internal static string? Unseen(IdentityFacts facts) => facts.Inbound switch
    {
        null => $"port 25 of {facts.Source.PublicAddress} was not looked at",
        { Reach: InboundReach.TakesNoMail } inbound => $"{inbound.At} takes no mail: {inbound.Trouble}",
        { Reach: InboundReach.Unclear } inbound => $"{inbound.At} gave no answer that could be read: {inbound.Trouble}",
        _ => null,
    };

    internal static string Day(DateTimeOffset at) => at.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>TL-01: the certificate for the EHLO name covers it, within its dates, with a chain that clients trust.</summary>
public sealed class CertificateCheck() : IdentityCheck(new CheckCard("TL-01", CheckKind.Outside)
{
    Title = "the certificate for the EHLO name covers it, with valid dates and chain",
    Severity = FindingSeverity.Fail,
    Evidence = "the certificate port 25 of the public address presents, else the configured one",
    EnforcedBy = "receivers that log or ask for certificates; senders with MTA-STS",
    Fix = FixKind.Configuration, Remedy = "Get a certificate for the EHLO name from an authority that clients trust, and let the server send its intermediates with it", Article = "tls-certificate",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var ehlo = facts.Source.Ehlo.Value;
        var expected = $"a certificate for {ehlo} whose dates and chain are valid";
        if (facts.Inbound is { Asked: { } seen } inbound)
            return seen switch
            {
                { Certificate: { } presented } => Of(presented, ehlo, inbound.SeenAt, $"{inbound.At} presents", expected),
                { Definite: true } => Bad($"{inbound.At} offers STARTTLS and breaks it off: {seen.Trouble}", expected, $"Give the server on {inbound.At.Address} a certificate for {ehlo} with its key, and TLS 1.2 or later"),
                _ => Unknown($"STARTTLS at {inbound.At} came to no end: {seen.Trouble}", expected, UnknownCause.Trouble),
            };
        if (facts.Certificates is { ForEhlo: { } configured, At: var at })
            return Of(configured, ehlo, at, "configured is", expected);
        return NotObservable($"no certificate is configured for {ehlo}, and {TlsAudit.Unseen(facts) ?? $"{facts.Inbound!.At} offers no STARTTLS"}");
    }

    private CheckResult Of(CertificateSight certificate, string ehlo, DateTimeOffset at, string who, string expected)
    {
        var (faults, fixes) = (new List<string>(), new List<string>());
        if (!certificate.Covers(ehlo))
        {
            faults.Add($"it does not cover {ehlo}");
            fixes.Add($"Get a certificate for {ehlo}");
        }
        if (certificate.NotAfter < at)
        {
            faults.Add($"it expired on {TlsAudit.Day(certificate.NotAfter)}");
            fixes.Add("Renew it, and reload the server that presents it");
        }
        if (certificate.NotBefore > at)
        {
            faults.Add($"it is valid from {TlsAudit.Day(certificate.NotBefore)} only");
            fixes.Add("Set the clock of the machine that issued it, or wait");
        }
        if (certificate.ChainTrouble is { Length: > 0 } chain)
        {
            faults.Add(chain);
            fixes.Add("Let the server send its intermediates with it, from an authority that clients trust");
        }
        var seen = $"{who} {certificate.Describe()}";
        if (faults.Count > 0)
            return Bad($"{seen}: {string.Join("; ", faults)}", expected, string.Join(". ", fixes));
        return certificate.ChainTrouble is null
            ? Unknown($"{seen}; this machine trusts no authority, so its chain can't be judged", expected, UnknownCause.Trouble)
            : Pass($"{seen}, valid until {TlsAudit.Day(certificate.NotAfter)}", expected);
    }
}

/// <summary>TL-02: what answers on the public address greets with the EHLO name. What PTR says of it is told by PT-04.</summary>
public sealed class BannerCheck() : IdentityCheck(new CheckCard("TL-02", CheckKind.Outside)
{
    Title = "where the public address accepts port 25, it greets with the EHLO name",
    Severity = FindingSeverity.Warn,
    Evidence = "the greeting on port 25 and the answer to EHLO", EnforcedBy = "MXToolbox and other testers; nobody who receives mail",
    Fix = FixKind.Configuration, Remedy = "Let the server on this address greet with the EHLO name (Postfix myhostname, Exim primary_hostname), or keep port 25 closed", Article = "banner-name",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var ehlo = facts.Source.Ehlo.Value;
        var expected = $"220 {ehlo}";
        if (facts.Inbound is not { } inbound)
            return NotObservable(TlsAudit.Unseen(facts)!);
        if (inbound.Reach == InboundReach.TakesNoMail)
            return NotApplicable(TlsAudit.Unseen(facts)!);
        if (inbound.Reach == InboundReach.Unclear)
            return Unknown(TlsAudit.Unseen(facts)!, expected, UnknownCause.Trouble);
        var said = inbound.EhloName is { } answer && answer != inbound.GreetingName ? $", and answers EHLO as {answer}" : "";
        var seen = (inbound.GreetingName is { } greeted ? $"greets as {greeted}" : $"greets without a host name ({inbound.Greeting})") + said;
        return inbound.GreetingName == ehlo && (inbound.EhloName ?? ehlo) == ehlo
            ? Pass(seen, expected)
            : Bad(seen, expected, $"Let the server on {inbound.At.Address} greet as {ehlo} (Postfix: smtpd_banner and myhostname; Exim: primary_hostname), or keep port {inbound.At.Port} of this address closed");
    }
}

/// <summary>TL-03: the public address relays for nobody it doesn't know.</summary>
/// <remarks>A server may trust the address it was asked from: what it takes from one of our own addresses proves nothing.</remarks>
public sealed class OpenRelayCheck() : IdentityCheck(new CheckCard("TL-03", CheckKind.Outside)
{
    Title = "the public address is no open relay",
    Severity = FindingSeverity.Fail,
    Evidence = "MAIL and RCPT for a domain that can't exist, in several forms, never DATA", EnforcedBy = "every list of open relays; whoever finds it first sends spam by it",
    Fix = FixKind.Configuration, Remedy = "Let the server relay for its own clients only (Postfix: smtpd_relay_restrictions with reject_unauth_destination)", Article = "open-relay",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        const string expected = "mail for strangers refused at RCPT";
        if (facts.Inbound is not { } inbound)
            return NotObservable(TlsAudit.Unseen(facts)!);
        if (inbound.Reach == InboundReach.TakesNoMail)
            return NotApplicable(TlsAudit.Unseen(facts)!);
        if (inbound.Reach == InboundReach.Unclear)
            return Unknown(TlsAudit.Unseen(facts)!, expected, UnknownCause.Trouble);
        if (inbound.Relay is not { } trial)
            return NotObservable("whether it relays is tried only when asked for: it leaves refusals in the server's log");
        var taken = trial.Taken.ToList();
        if (taken.Count > 0 && MayBeTrusted(facts, inbound))
            return NotObservable($"{inbound.At} relays for {inbound.AskedFrom}, an address of our own that it may trust: ask from elsewhere");
        if (taken.Count > 0)
            return Bad($"{inbound.At} takes {string.Join(", ", taken.Select(attempt => $"<{attempt.Recipient}> from <{attempt.Sender}>"))} of {inbound.AskedFrom}: {taken[0].Reply}", expected,
                $"Let {inbound.At.Address} refuse recipients elsewhere to clients it doesn't know (Postfix: smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination)."
                + $" If {inbound.AskedFrom} is one of those it shall relay for, ask from elsewhere");
        var plain = trial.Attempts.FirstOrDefault(attempt => attempt.Form == RelayForm.Plain);
        return plain?.Answer == RelayAnswer.Refused
            ? Pass($"refuses: {plain.Reply}", expected)
            : Unknown($"whether {inbound.At} relays was not shown: {plain?.Reply ?? trial.Trouble}", expected, UnknownCause.Trouble);
    }

    private static bool MayBeTrusted(IdentityFacts facts, InboundFacts inbound) =>
        inbound.AskedFrom is not { } from
        || from.Equals(inbound.At.Address)
        || facts.Pool.Any(member => from.Equals(member.LocalAddress) || from.Equals(member.PublicAddress))
        || facts is { Source.IsTranslated: true, Bind.Works: true };
}

/// <summary>TL-05: a certificate of this source names no brand it doesn't serve: who reads one would know the other.</summary>
public sealed class LinkedBrandsCheck() : IdentityCheck(new CheckCard("TL-05", CheckKind.Configuration)
{
    Title = "its certificates name no other brand",
    Severity = FindingSeverity.Warn, When = CheckMoments.Plan | CheckMoments.Audit, Scope = CheckScope.Brand,
    Evidence = "the names in configured and presented certificates, against the names of all brands", EnforcedBy = "nobody; whoever looks sees which brands belong together",
    Fix = FixKind.Configuration, Remedy = "Give each brand a certificate of its own", Article = "tls-linked-brands",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Certificates is not { } known)
            return NotObservable("which names are other brands' is known from the relay's configuration only");
        // One that isn't for this name is TL-06's finding, whoever it names.
        var ehlo = facts.Source.Ehlo.Value;
        var own = new[] { facts.Inbound?.Asked?.Certificate, facts.Inbound?.Unasked?.Certificate, known.ForEhlo }.Concat(known.Listeners.SelectMany(listener => new[] { listener.Asked, listener.Unasked }))
            .OfType<CertificateSight>().Where(certificate => certificate.Covers(ehlo)).ToList();
        if (own.Count == 0)
            return NotApplicable($"no certificate for {ehlo} is configured or presented");
        var expected = $"certificates for {ehlo} that name no other brand";
        var others = own.SelectMany(certificate => known.OthersIn(certificate)).Distinct().ToList();
        return others.Count == 0
            ? Pass(own[0].Describe(), expected)
            : Bad($"{own.First(certificate => !known.OthersIn(certificate).IsEmpty).Describe()} names {string.Join(", ", others.Take(5).Select(other => $"{other.Name} of brand {other.Brand}"))}", expected,
                $"Get a certificate for {ehlo} that leaves out {string.Join(", ", others.Take(5).Select(other => other.Name))}, and give {string.Join(", ", others.Select(other => other.Brand).Distinct().Take(5))} one of its own");
    }
}

/// <summary>TL-06: a client that names no server gets this name's certificate on this address, not another's.</summary>
public sealed class DefaultCertificateCheck() : IdentityCheck(new CheckCard("TL-06", CheckKind.Outside)
{
    Title = "a client that names no server (no SNI) gets the right certificate for the address",
    Severity = FindingSeverity.Fail,
    Evidence = "the certificates that port 25 of the public address presents with and without SNI, else those of listeners on the local address", EnforcedBy = "mail servers that send no SNI and verify",
    Fix = FixKind.Configuration, Remedy = "Bind a listener to the address, with the EHLO name as its name", Article = "tls-sni",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var ehlo = facts.Source.Ehlo.Value;
        var expected = $"a certificate for {ehlo}, whether it is asked for or not";
        if (facts.Inbound is { Asked.Certificate: { } asked } inbound)
        {
            if (!asked.Covers(ehlo))
                return NotApplicable($"it has none for {ehlo} (TL-01)");
            return inbound.Unasked switch
            {
                null => NotObservable($"{inbound.At} was not asked without a name"),
                { Certificate: { } given } => Of(given, ehlo, $"{inbound.At}", expected, facts),
                { Definite: true } seen => Bad($"{inbound.At} breaks TLS off for clients that name no server: {seen.Trouble}", expected, Fix(facts)),
                var seen => Unknown($"without SNI, STARTTLS at {inbound.At} came to no end: {seen.Trouble}", expected, UnknownCause.Trouble),
            };
        }
        if (facts.Certificates?.Listeners.Where(listener => listener.Asked is not null).ToList() is { Count: > 0 } listeners)
        {
            var right = listeners.Where(listener => listener.Asked!.Covers(ehlo)).ToList();
            if (right.Count == 0)
                return NotApplicable($"none is configured for {ehlo} (TL-01)");
            var wrong = right.Find(listener => listener.Unasked?.Covers(ehlo) != true) ?? right[0];
            return Of(wrong.Unasked!, ehlo, $"{wrong.Address}", expected, facts);
        }
        return facts.Inbound switch
        {
            { Reach: InboundReach.Unclear } => Unknown(TlsAudit.Unseen(facts)!, expected, UnknownCause.Trouble),
            { Reach: InboundReach.TakesNoMail } => NotApplicable(TlsAudit.Unseen(facts)!),
            { OffersStartTls: false } at => NotApplicable($"{at.At} offers no STARTTLS"),
            { } at => NotApplicable($"TLS at {at.At} came to no end (TL-01)"),
            null => NotObservable($"{TlsAudit.Unseen(facts)}, and no listener with TLS is bound to {facts.Source.LocalAddress}"),
        };
    }

    private CheckResult Of(CertificateSight given, string ehlo, string where, string expected, IdentityFacts facts) =>
        given.Covers(ehlo) ? Pass($"{where} presents {given.Describe()} unasked", expected) : Bad($"{where} presents {given.Describe()} to clients that name no server", expected, Fix(facts));

    private static string Fix(IdentityFacts facts) =>
        $"Bind a listener to {facts.Source.LocalAddress} of its own, named {facts.Source.Ehlo} (here: listeners, address and name), so that the address alone tells which certificate is meant";
}
