using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>EH-12: the name's domain is registered, and no list of domains has it. Whose it is, DNS doesn't tell: that the brand's or its operator's is meant stands in the remedy.</summary>
/// <remarks>A list whose own test entries are wrong has no say (RP-03). A domain that expired has left the zone above it: then the name has no address, which is EH-04's finding.</remarks>
public sealed class NameStandingCheck() : IdentityCheck(new CheckCard("EH-12", CheckKind.Dns)
{
    Title = "the EHLO name's domain is registered, and on no list of domains",
    Severity = FindingSeverity.Warn,
    Evidence = "the configured DNS lists of the kind `domain`, and the name's address records", EnforcedBy = "Spamhaus DBL, SURBL, URIBL and those who ask them; T-Online",
    Fix = FixKind.Operator, Remedy = "Use a name under a domain that is registered to the brand or its operator; find out what the domain was listed for, and ask the list to look again", Article = "ehlo-domain",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var ehlo = facts.Source.Ehlo.Value;
        var asked = (facts.Listing?.Lists ?? []).Where(answer => answer.Kinds.Contains(ListKind.Domain)).ToList();
        if (asked.Count == 0)
            return NotObservable($"no list of domains was asked about {ehlo}: name some (docs/lists.md)");
        var expected = $"{ehlo} and its domain on none of {string.Join(", ", asked.Select(answer => answer.List).Distinct())}";
        var listings = asked.Where(answer => answer.State == ListState.Listed).ToList();
        if (listings.Count > 0)
            return Bad(string.Join("; ", listings.Select(answer => answer.Reason.Length == 0 ? Says(answer) : $"{Says(answer)} \"{answer.Reason}\"")), expected,
                $"Ask {string.Join(", ", listings.Select(answer => answer.List).Distinct())} why, put that right, and ask for removal; else give {facts.Source.Id} a name under another domain of yours");
        if (facts.Dns is not { } dns)
            return NotObservable("not looked up");
        switch (HasAddress(dns))
        {
            case CheckOutcome.Bad:
                return NotApplicable($"{ehlo} does not exist (EH-04)");
            case CheckOutcome.Unknown:
                return About(CheckOutcome.Unknown, dns.Ehlo.Describe(), expected, "", dns.Ehlo, dns.EhloOtherFamily);
        }
        if (asked.FirstOrDefault(answer => answer.State is ListState.Silent or ListState.Refused) is { } doubt)
            return Unknown(doubt.Words, expected, doubt.State == ListState.Silent ? UnknownCause.Silent : UnknownCause.Trouble);
        var good = asked.Where(answer => answer.State == ListState.NotListed).ToList();
        return good.Count == 0
            ? Unknown(asked[0].Words, expected, UnknownCause.Trouble)
            : Pass($"{string.Join(" and ", good.Select(answer => answer.Subject).Distinct())} not on {string.Join(", ", good.Select(answer => answer.List).Distinct())}", expected);
    }

    private static string Says(ListAnswer answer) => $"{answer.Subject} is {answer.Words}";

    private static CheckOutcome HasAddress(DnsFacts dns) =>
        dns.Ehlo.Ask(voice => voice.Addresses.Any()) is CheckOutcome.Bad && dns.EhloOtherFamily is { } other ? other.Ask(voice => voice.Addresses.Any()) : dns.Ehlo.Ask(voice => voice.Addresses.Any());
}
