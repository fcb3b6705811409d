using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>AU-09: somebody reads what is written to the operator of the EHLO name.</summary>
public sealed class OperatorMailboxesCheck() : SenderCheck(new CheckCard("AU-09", CheckKind.Outside)
{
    Title = "postmaster and abuse of the EHLO name's organisation take mail",
    Severity = FindingSeverity.Warn,
    Evidence = "a conversation with the domain's mail host up to RCPT", EnforcedBy = "T-Online; RFC 5321 §4.5.1 and RFC 2142 ask for them",
    Fix = FixKind.Operator, Remedy = "Let somebody read postmaster and abuse of the domain", Article = "postmaster-abuse",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Authentication?.Mailboxes is not { } mailboxes)
            return NotObservable("whether postmaster and abuse take mail shows only a conversation with the mail host, which was not asked for");
        return Join([.. mailboxes.OrderByDescending(pair => pair.Key, StringComparer.Ordinal).Select(pair => Judge(pair.Key, pair.Value))]);
    }

    private static SenderPart Judge(string mailbox, MailboxAnswer answer) => new(answer.Verdict switch
    {
        MailboxVerdict.Accepted => CheckOutcome.Pass,
        MailboxVerdict.Refused => CheckOutcome.Bad,
        _ => CheckOutcome.Unknown,
    }, $"{mailbox}: {answer.Said}", $"{mailbox} takes mail", $"Create the mailbox {mailbox}, and let somebody read it") { Cause = UnknownCause.Trouble };
}

/// <summary>AU-10: the EHLO name leads to a page that says who operates it.</summary>
public sealed class OperatorPageCheck() : SenderCheck(new CheckCard("AU-10", CheckKind.Outside)
{
    Title = "the EHLO name's domain has a web page with its operator's contact",
    Severity = FindingSeverity.Warn,
    Evidence = "the page at the registered domain of the EHLO name", EnforcedBy = "T-Online, before it takes mail of an unknown address",
    Fix = FixKind.Operator, Remedy = "Publish a page with name, postal address and mail address of the operator", Article = "operator-page",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Authentication?.Page is not { } page)
            return NotObservable("the operator's web page was not asked for");
        var domain = facts.Source.Ehlo;
        return Join([new SenderPart(page.Verdict switch
        {
            OperatorPageVerdict.HasContact => CheckOutcome.Pass,
            OperatorPageVerdict.HasNoContact or OperatorPageVerdict.Missing => CheckOutcome.Bad,
            _ => CheckOutcome.Unknown,
        }, $"{page.Url}: {page.Said}", $"a page that says who operates {domain}", $"Publish a page at {page.Url} that names the operator of {domain} with a mail address") { Cause = UnknownCause.Trouble }]);
    }
}
