using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Checks;

/// <summary>EH-01: the name said on the wire is the source's name.</summary>
public sealed class SaidNameCheck() : IdentityCheck(new CheckCard("EH-01", CheckKind.Local)
{
    Title = "the name said on the wire is the source's name",
    When = CheckMoments.Wire,
    Evidence = "our own bytes", EnforcedBy = "ourselves",
    Fix = FixKind.Configuration, Remedy = "Report it with the log if it comes again", Article = "ehlo-name",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var expected = $"EHLO {facts.Source.Ehlo}";
        return facts.Wire is { Check: "EH-01" } fault
            ? Bad(fault.Seen, expected, "This is a fault of the relay, or a session that outlived a change of configuration: report it with the log if it comes again")
            : Pass(expected, expected);
    }
}

/// <summary>EH-02: the name is a fully qualified host name of letters, digits and hyphens.</summary>
public sealed class NameSyntaxCheck() : IdentityCheck(new CheckCard("EH-02", CheckKind.Configuration)
{
    Title = "the name is a fully qualified host name: letters, digits, hyphens",
    When = CheckMoments.Plan,
    Evidence = "the configured EHLO name", EnforcedBy = "Postfix 501 and 504, Gmail 501",
    Fix = FixKind.Configuration, Remedy = "Choose a name under a domain of yours, such as mail.example.org", Article = "ehlo-name",
})
{
    // A HostName is valid by construction; the check stays so that a finding exists for whatever gets past it one day.
    public override CheckResult Judge(IdentityFacts facts) => NameRules.Judge(facts.Source.Ehlo.Domain, Id) is { } fault
        ? Bad(fault, "a host name with at least one dot", "Choose a name under a domain of yours, such as mail.example.org")
        : Pass(facts.Source.Ehlo.Value, "a host name with at least one dot");
}

/// <summary>EH-03: the name is not localhost, a private top level, an address or a literal.</summary>
public sealed class NameScopeCheck() : IdentityCheck(new CheckCard("EH-03", CheckKind.Configuration)
{
    Title = "the name is not localhost, a private top level, an address or a literal",
    When = CheckMoments.Plan,
    Evidence = "the configured EHLO name", EnforcedBy = "Infomaniak, SpamAssassin, rspamd",
    Fix = FixKind.Configuration, Remedy = "Choose a name under a domain of yours, such as mail.example.org", Article = "ehlo-name",
})
{
    public override CheckResult Judge(IdentityFacts facts) => NameRules.Judge(facts.Source.Ehlo.Domain, Id) is { } fault
        ? Bad(fault, "a name of the public DNS", "Choose a name under a domain of yours, such as mail.example.org")
        : Pass(facts.Source.Ehlo.Value, "a name of the public DNS");
}

/// <summary>EH-04: the name has an address record. An MX alone is not enough.</summary>
public sealed class NameExistsCheck() : IdentityCheck(new CheckCard("EH-04", CheckKind.Dns)
{
    Title = "the name has an address record; an MX alone is not enough",
    Rule = IdentityPolicy.Forward, When = CheckMoments.Gate,
    Evidence = "A and AAAA of the EHLO name, from its zone's servers", EnforcedBy = "Postfix `reject_unknown_helo_hostname`, Exim",
    Fix = FixKind.Dns, Remedy = "Add an A or AAAA record for the EHLO name", Article = "ehlo-unresolvable",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Dns is not { } dns)
            return NotObservable("not looked up");
        var expected = $"an A or AAAA record of {facts.Source.Ehlo}";
        var has = dns.Ehlo.Ask(voice => voice.Addresses.Any());
        if (has == CheckOutcome.Bad && dns.EhloOtherFamily is { } other)
        {
            var hasOther = other.Ask(voice => voice.Addresses.Any());
            return About(hasOther, hasOther == CheckOutcome.Bad ? $"{dns.Ehlo.Describe()}{OnlyMX(facts)}" : other.Describe(), expected, FixText.AddAddress(facts), dns.Ehlo, other);
        }
        return About(has, has == CheckOutcome.Bad ? $"{dns.Ehlo.Describe()}{OnlyMX(facts)}" : dns.Ehlo.Describe(), expected, FixText.AddAddress(facts), dns.Ehlo);
    }

    // Postfix is content with an MX, Exim is not: people who tested with the one don't believe the other.
    private static string OnlyMX(IdentityFacts facts) =>
        facts.Name is { MX: var mx } && mx.Voices.Any(voice => voice.Records.OfType<MXRecord>().Any(record => record.Exchange is not null)) ? "; it has an MX record, which is not enough" : "";
}

/// <summary>EH-05: the name's addresses contain the public address, family by family. Several addresses are legal.</summary>
public sealed class NameAddressCheck() : IdentityCheck(new CheckCard("EH-05", CheckKind.Dns)
{
    Title = "the name's addresses contain the public address, family by family",
    Rule = IdentityPolicy.Strict, When = CheckMoments.Gate,
    Evidence = "A or AAAA of the EHLO name, from its zone's servers", EnforcedBy = "Exim `helo_verify_hosts`",
    Fix = FixKind.Dns, Remedy = "Add the public address to the A or AAAA record of the EHLO name", Article = "ehlo-elsewhere",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Dns is not { } dns)
            return NotObservable("not looked up");
        var source = facts.Source;
        if (dns.Ehlo.Ask(voice => voice.Addresses.Any()) == CheckOutcome.Bad
            && (dns.EhloOtherFamily is not { } other || other.Ask(voice => voice.Addresses.Any()) == CheckOutcome.Bad))
            return NotApplicable($"{source.Ehlo} has no address at all (EH-04)");
        return About(dns.Ehlo.Ask(voice => voice.Addresses.Contains(source.PublicAddress)), dns.Ehlo.Describe(),
            $"{source.Ehlo} {FixText.AddressType(source)} {source.PublicAddress}", FixText.AddAddress(facts), dns.Ehlo);
    }
}

/// <summary>EH-08: one public address bears one name. Two at the same time hold; another one within the last days is only told.</summary>
public sealed class OneNameCheck() : IdentityCheck(new CheckCard("EH-08", CheckKind.Configuration)
{
    Title = "one public address bears one name",
    When = CheckMoments.Plan | CheckMoments.Gate | CheckMoments.Audit,
    Evidence = "the EHLO names of all sources with that address, and those of the last 30 days", EnforcedBy = "IONOS, Comcast, Spamhaus CSS",
    Fix = FixKind.Configuration, Remedy = "Give every name a public address of its own, or let all sources behind this address say one neutral name", Article = "one-name",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var source = facts.Source;
        var expected = $"one EHLO name for {source.PublicAddress}";
        var others = facts.SameAddress.Where(neighbour => neighbour.Ehlo != source.Ehlo.Value).Select(neighbour => $"{neighbour.Ehlo} ({neighbour.Source})").ToList();
        if (others.Count > 0)
            return Bad($"{source.PublicAddress} also says {string.Join(", ", others)}", expected,
                "Give every name a public address of its own, or let all sources behind this address say one neutral name: receivers punish an address whose name keeps changing");
        return facts.History is { OtherNames: { IsEmpty: false } former }
            ? Bad($"{source.PublicAddress} said {string.Join(", ", former.Take(3).Select(name => $"{name.Name} until {name.Until:yyyy-MM-dd HH:mm} UTC"))} before {source.Ehlo}", expected,
                $"Keep the name as it is from now on; receivers forget the other one within about {HistoryFacts.Window.TotalDays:0} days") with { Severity = FindingSeverity.Warn }
            : Pass(source.Ehlo.Value, expected);
    }
}

internal static class NameRules
{
    /// <summary>What is wrong with the name, when it is this check's business.</summary>
    public static string? Judge(DomainName name, string check) =>
        HostName.TryCreate(name, out _, out var error) || !error.StartsWith(check, StringComparison.Ordinal) ? null : error[(check.Length + 2)..];
}
