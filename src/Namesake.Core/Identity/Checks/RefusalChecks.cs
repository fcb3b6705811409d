using Namesake.Core.Identity.Facts;
using Namesake.Core.Receivers.Replies;

namespace Namesake.Core.Identity.Checks;

/// <summary>FB-01: receivers of different organisations don't refuse us for the same fault. The one check of its group that holds by itself (docs/verdicts.md §4): our own
/// looks at DNS may all be green because they look from where we are.</summary>
public sealed class AgreedRefusalCheck() : IdentityCheck(new CheckCard("FB-01", CheckKind.Outside)
{
    Title = "three organisations don't refuse us for the same fault of identity within an hour",
    When = CheckMoments.Reply,
    Evidence = "replies of class identity, by subclass and receiver", EnforcedBy = "every receiver that refuses for PTR or EHLO",
    Fix = FixKind.Dns | FixKind.Firewall, Remedy = "See what the refusals name, from outside: PTR, its forward record, the EHLO name, the address we come from", Article = "identity-refused",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Feedback is not { } feedback)
            return NotObservable("only what receivers answer to mail shows it");
        var agreeing = RefusalRules.Agreeing(feedback.Refusals, feedback.Now);
        const string expected = "no refusal for identity by several organisations";
        if (agreeing.IsEmpty && feedback.Refusals.Where(note => note.IsEvidence).Select(note => (DateTimeOffset?)note.At).Max() is { } last && feedback.Now - last >= RefusalRules.Forgotten)
            return Pass($"nobody has refused this source for its identity since {last:yyyy-MM-dd HH:mm} UTC", expected);
        if (agreeing.IsEmpty || feedback.AcceptedAt > agreeing.Max(note => note.At))
            return feedback.AcceptedAt is { } accepted ? Pass($"a message was accepted at {accepted:yyyy-MM-dd HH:mm} UTC by one that had refused", expected) : NotApplicable("no three organisations have refused this source for the same fault within an hour");
        var newest = agreeing[^1];
        return Bad($"{ReplyNames.Of(newest.Subclass)} says {string.Join(", ", agreeing.Select(note => note.Site))}; the newest: {newest.Reply}", expected,
            $"Look from outside at what they name for {facts.Source.PublicAddress} and {facts.Source.Ehlo}. One message is tried at one of them every {RefusalRules.BetweenTrials.TotalMinutes:0} minutes; accepted, the source is open again");
    }
}

/// <summary>FB-02: a refusal agrees with what DNS says.</summary>
public sealed class ContradictedRefusalCheck() : IdentityCheck(new CheckCard("FB-02", CheckKind.Outside)
{
    Title = "a refusal for identity agrees with what DNS says",
    Severity = FindingSeverity.Info, When = CheckMoments.Reply, Scope = CheckScope.Site,
    Evidence = "a refusal of class identity, and the look at every server after it", EnforcedBy = "",
    Fix = FixKind.None, Remedy = "Nothing: that receiver probably had trouble with DNS; its mail is tried again later", Article = "identity-refused",
})
{
    private static readonly TimeSpan Told = TimeSpan.FromHours(1);

    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Feedback is not { } feedback)
            return NotObservable("only what receivers answer to mail shows it");
        if (feedback.Refusals.LastOrDefault(note => note.Answered && feedback.Now - note.At < Told) is not { } refusal)
            return NotApplicable("nobody refused this source for its identity within the last hour");
        if (facts.Dns is null)
            return NotObservable("not looked up");
        return IdentityChecks.All.Any(check => check.Kind == CheckKind.Dns && check.Judge(facts).Outcome is CheckOutcome.Bad or CheckOutcome.Unknown)
            ? NotApplicable("DNS does not say that all is right")
            : Bad($"{refusal.Site} refused us for our identity: {refusal.Reply}", "the refusal agrees with what DNS says",
                "Nothing: every server that answers shows the identity right. That receiver probably had trouble with DNS; its mail is tried again later");
    }
}

/// <summary>FB-03: an address quoted in a refusal is ours. A hint only: filters quote addresses out of Received lines.</summary>
public sealed class QuotedAddressCheck() : IdentityCheck(new CheckCard("FB-03", CheckKind.Outside)
{
    Title = "the address a refusal for identity quotes is our public address",
    Scope = CheckScope.Lane, When = CheckMoments.Reply,
    Evidence = "the address in a refusal of class identity", EnforcedBy = "",
    Fix = FixKind.Firewall, Remedy = "Let the translation give this source its own public address", Article = "other-address-seen",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Feedback is not { } feedback)
            return NotObservable("only what receivers answer to mail shows it");
        if (!feedback.RecentRefusals.Any())
            return NotApplicable("nobody refused this source for its identity within the last day");
        var expected = $"{facts.Source.PublicAddress} as our address";
        if (feedback.RecentRefusals.LastOrDefault(note => note.OtherAddress is not null) is not { } quoting)
            return Pass("no refusal quotes another address", expected);
        return facts.Egress?.Confirmed is { } proof && proof.At > quoting.At
            ? Pass($"{quoting.Site} quoted {quoting.OtherAddress}; {proof.From} has seen {facts.Source.PublicAddress} since", expected)
            : Bad($"{quoting.Site} quotes {quoting.OtherAddress}: {quoting.Reply}", expected, $"See which address the outside sees: the translation for {facts.Source.LocalAddress} may be another than configured");
    }
}
