using System.Collections.Immutable;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;

namespace Namesake.Core.Identity.Checks;

/// <summary>The checks of group RP that are looked at in an audit and stop no delivery by themselves.</summary>
public static class ReputationAudit
{
    public static ImmutableArray<IdentityCheck> All { get; } =
    [
        new ListedCheck(new CheckCard("RP-01", CheckKind.Dns)
        {
            Title = "the address is on no list of addresses that should not send mail (dynamic, without a name)",
            Severity = FindingSeverity.Fail,
            Evidence = "the configured DNS lists of the kind `policy`", EnforcedBy = "Yahoo and AOL [BL21], Comcast, most who use Spamhaus ZEN",
            Fix = FixKind.Operator, Remedy = "Let whoever gave you the address take it off, or take it off yourself where the list allows it for a mail server with its own PTR record", Article = "listed-policy",
        }, ListKind.Policy),
        new ListedCheck(new CheckCard("RP-02", CheckKind.Dns)
        {
            Title = "the address is on no list of senders of spam and exploited machines (CSS, XBL)",
            Severity = FindingSeverity.Fail,
            Evidence = "the configured DNS lists of the kinds `css` and `exploited`, and their reasons", EnforcedBy = "everybody who uses Spamhaus, SpamCop or Barracuda",
            Fix = FixKind.Operator | FixKind.Configuration, Remedy = "Find what sent the mail, put PTR, EHLO name and forward record in order, then ask the list for removal", Article = "listed-spam",
        }, ListKind.Css, ListKind.Exploited),
        new ListAnswersCheck(), new HeloEchoCheck(), new OtherSendersCheck(), new AbuseContactCheck(),
    ];
}

/// <summary>RP-01 and RP-02: no list of some kinds has the address. A list whose own test entries are wrong has no say (RP-03).</summary>
public sealed class ListedCheck(CheckCard card, params ImmutableArray<ListKind> kinds) : IdentityCheck(card)
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var address = facts.Source.PublicAddress;
        var asked = (facts.Listing?.Lists ?? []).Where(answer => answer.Kinds.Any(kind => kinds.Contains(kind)) && !answer.Kinds.Contains(ListKind.Domain)).ToList();
        if (asked.Count == 0)
            return NotObservable($"no list of this kind was asked about {address}: name some (docs/lists.md)");
        var expected = $"{address} on none of {string.Join(", ", asked.Select(answer => answer.List).Distinct())}";
        var listings = asked.Where(answer => answer.Entries.Any(entry => kinds.Contains(entry.Kind))).ToList();
        if (listings.Count > 0)
            return Bad(string.Join("; ", listings.Select(Describe)), expected, Fix(facts, listings));
        if (asked.FirstOrDefault(answer => answer.State is ListState.Silent or ListState.Refused) is { } doubt)
            return Unknown(doubt.Words, expected, doubt.State == ListState.Silent ? UnknownCause.Silent : UnknownCause.Trouble);
        var good = asked.Where(answer => answer.State != ListState.Broken).ToList();
        return good.Count == 0
            ? Unknown(asked[0].Words, expected, UnknownCause.Trouble)
            : Pass($"not listed for that by {string.Join(", ", good.Select(answer => answer.List).Distinct())}", expected);
    }

    private string Describe(ListAnswer answer)
    {
        var why = string.Join(", ", answer.Entries.Where(entry => kinds.Contains(entry.Kind)).Select(entry => $"{entry.Meaning} ({entry.Code})"));
        return $"{answer.Subject} is on {answer.List}: {why}{(answer.Reason.Length == 0 ? "" : $" \"{answer.Reason}\"")}";
    }

    private string Fix(IdentityFacts facts, List<ListAnswer> listings)
    {
        var said = listings.Select(answer => HeloCheckReply.NameIn(answer.Reason)).FirstOrDefault(name => name is not null && name != facts.Source.Ehlo.Value);
        var cause = said is null ? "" : $"The list saw EHLO {said}, which is not this source's name: look for another sender behind {facts.Source.PublicAddress} (RP-05). ";
        return $"{cause}{Card.Remedy}: {string.Join(", ", listings.Select(answer => answer.List).Distinct())}";
    }
}

/// <summary>RP-03: the lists that are asked answer as lists do. What is no answer is never a listing.</summary>
public sealed class ListAnswersCheck() : IdentityCheck(new CheckCard("RP-03", CheckKind.Dns)
{
    Title = "the configured lists answer as lists do, and what is no answer is no listing",
    Severity = FindingSeverity.Info,
    Evidence = "the test entries of every list (127.0.0.2 listed, 127.0.0.1 not), the codes 127.255.255.x", EnforcedBy = "ourselves",
    Fix = FixKind.Configuration, Remedy = "Take a list that is given up out of the configuration; ask lists through a resolver of your own", Article = "list-answers",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        const string expected = "every list has its test entry, doesn't list the world, and serves us";
        if (facts.Listing is not { Lists: { IsEmpty: false } lists })
            return NotObservable("no list was asked: name some (docs/lists.md)");
        var broken = lists.Where(answer => answer.State == ListState.Broken).DistinctBy(answer => answer.List).ToList();
        if (broken.Count > 0)
            return Bad(string.Join("; ", broken.Select(answer => answer.Words)), expected, $"Take {string.Join(", ", broken.Select(answer => answer.List))} out of lists");
        return lists.FirstOrDefault(answer => answer.State is ListState.Refused or ListState.Silent) is { } doubt
            ? Unknown(doubt.Words, expected, doubt.State == ListState.Silent ? UnknownCause.Silent : UnknownCause.Trouble)
            : Pass($"{string.Join(", ", lists.Select(answer => answer.List).Distinct())} answered", expected);
    }
}

/// <summary>RP-04: a mail echo service saw our address and our name.</summary>
public sealed class HeloEchoCheck() : IdentityCheck(new CheckCard("RP-04", CheckKind.Outside)
{
    Title = "a mail echo (helocheck) saw the public address and the EHLO name",
    Severity = FindingSeverity.Fail,
    Evidence = "the reply of an echo service to a message offered to it, once a day, when an operator names one", EnforcedBy = "Spamhaus (helocheck@abuseat.org shows what CSS sees)",
    Fix = FixKind.Configuration, Remedy = "Let everything that sends from this address say its EHLO name", Article = "helo-echo",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var (address, ehlo) = (facts.Source.PublicAddress, facts.Source.Ehlo.Value);
        if (facts.Listing?.Echo is not { } echo)
            return facts.Listing?.EchoTrouble is { } trouble
                ? Unknown(trouble, $"{address} saying {ehlo}", UnknownCause.Trouble)
                : NotObservable("it takes a message to an echo service such as helocheck@abuseat.org: name one (reputation: mailEcho)");
        var seen = $"{echo.From} saw {echo.Address} say {echo.Helo}";
        var expected = $"{address} saying {ehlo}";
        var said = echo.Helo.TrimEnd('.');
        if (echo.Address.Equals(address) && string.Equals(said, ehlo, StringComparison.OrdinalIgnoreCase))
            return Pass(seen, expected);
        return Bad(seen, expected, echo.Address.Equals(address)
            ? $"Something between here and there changes the name, or the message left from another program: let all that sends from {facts.Source.LocalAddress} say {ehlo}"
            : $"Translate {facts.Source.LocalAddress} to {address} for outgoing TCP port 25, or declare the address that is seen (EG-01)");
    }
}

/// <summary>RP-05: nobody else sends mail behind the public address.</summary>
public sealed class OtherSendersCheck() : IdentityCheck(new CheckCard("RP-05", CheckKind.Outside)
{
    Title = "no other host sends mail behind the same public address",
    Severity = FindingSeverity.Fail,
    Evidence = "the connections to port 25 of the moment in the kernel's table, on the node that translates; names that lists quote in their reasons", EnforcedBy = "Spamhaus CSS and XBL: one infected host behind the address lists it",
    Fix = FixKind.Firewall, Remedy = "Let the firewall drop outgoing TCP port 25 of every host but the relay", Article = "other-senders",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var (address, ehlo) = (facts.Source.PublicAddress, facts.Source.Ehlo.Value);
        var expected = $"only this source sending from {address}";
        var quoted = (facts.Listing?.Lists ?? []).Where(answer => answer.State == ListState.Listed && !answer.Kinds.Contains(ListKind.Domain))
            .Select(answer => (Name: HeloCheckReply.NameIn(answer.Reason), answer.List)).Where(found => found.Name is not null && found.Name != ehlo)
            .Select(found => new OtherSender($"EHLO {found.Name}", found.List));
        var others = (facts.Listing?.OtherSenders ?? []).Concat(quoted).Distinct().ToList();
        if (others.Count > 0)
            return Bad(string.Join("; ", others.Take(5).Select(other => $"{other.What} (seen by {other.From})")), expected,
                $"Find what else sends mail behind {address}, and let the firewall drop outgoing TCP port 25 of all hosts but {facts.Source.LocalAddress}");
        return facts.Listing?.OtherSenders is { IsEmpty: true } ? Pass("nobody else was seen", expected) : NotObservable("it takes the connection table of the node that translates, or a list that names whom it saw");
    }
}

/// <summary>RP-06: the registry names somebody who answers for abuse of the address's block.</summary>
public sealed class AbuseContactCheck() : IdentityCheck(new CheckCard("RP-06", CheckKind.Outside)
{
    Title = "the registry of the address names an abuse contact",
    Severity = FindingSeverity.Info,
    Evidence = "RDAP, the entities with the role `abuse`", EnforcedBy = "inbox.lt",
    Fix = FixKind.Operator, Remedy = "Let whoever holds the block register an abuse contact for it", Article = "abuse-contact",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        const string expected = "an abuse contact for the block";
        return facts.Listing?.Registry switch
        {
            null => NotObservable("the registry is asked only when that is wanted"),
            { Trouble: { } trouble } registry => Unknown($"{registry.From}: {trouble}", expected, UnknownCause.Trouble),
            { AbuseContacts.IsEmpty: true } registry => Bad($"{registry.From} has no abuse contact for {registry.Block}", expected, $"Let whoever holds {registry.Block} register an abuse contact"),
            var registry => Pass($"{string.Join(", ", registry.AbuseContacts)} for {registry.Block}", expected),
        };
    }
}
