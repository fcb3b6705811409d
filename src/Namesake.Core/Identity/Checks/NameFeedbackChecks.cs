using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>FB-04: what receivers call us is our EHLO name or a PTR name of our address, and they could confirm it.</summary>
public sealed class ShownNameCheck() : IdentityCheck(new CheckCard("FB-04", CheckKind.Outside)
{
    Title = "receivers show the expected name for us, and none calls it possibly forged",
    Severity = FindingSeverity.Fail, When = CheckMoments.Wire | CheckMoments.Reply,
    Evidence = "the name in EHLO replies and refusals, and `(may be forged)`", EnforcedBy = "Sendmail and Proofpoint show it; receivers with `require_rdns` refuse it",
    Fix = FixKind.Dns, Remedy = "Let PTR, its forward record and the EHLO name agree in every server of both zones", Article = "other-name-shown",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Feedback is not { } feedback)
            return NotObservable("only receivers' EHLO replies and refusals show it");
        var expected = $"{facts.Source.Ehlo}, confirmed";
        var fix = facts.Dns is null ? $"Let {facts.Source.PublicAddress} and {facts.Source.Ehlo} lead to each other in DNS" : FixText.Confirm(facts);
        if (feedback.RecentNames.LastOrDefault(note => note.MayBeForged) is { } forged)
            return Bad($"{forged.Host} says that {forged.Name ?? "our name"} may be forged: it doesn't lead back to {facts.Source.PublicAddress} there", expected, fix);
        if (feedback.RecentNames.LastOrDefault(note => note.Name is not null && !IsExpected(facts, note.Name)) is { } other)
            return facts.Dns is null ? NotObservable("not looked up: a PTR name other than the EHLO name may be right") : Bad($"{other.Host} calls us {other.Name}", expected, fix);
        if (feedback.RecentRefusals.LastOrDefault(note => note.OtherName is not null && !IsExpected(facts, note.OtherName)) is { } refusal)
            return facts.Dns is null ? NotObservable("not looked up: a PTR name other than the EHLO name may be right") : Bad($"{refusal.Site} calls us {refusal.OtherName}: {refusal.Reply}", expected, fix);
        return feedback.RecentNames.LastOrDefault(note => note.Name is not null) is { } right ? Pass($"{right.Host} calls us {right.Name}", expected) : NotObservable("no receiver has shown a name for us within the last day");
    }

    private static bool IsExpected(IdentityFacts facts, string name) =>
        name == facts.Source.Ehlo.Value || facts.Dns?.Pointer.Pointers.Any(pointer => pointer.Target == name) == true;
}

/// <summary>FB-05: receivers find the PTR record that we find.</summary>
public sealed class ShownPointerCheck() : IdentityCheck(new CheckCard("FB-05", CheckKind.Outside)
{
    Title = "receivers that show PTR names find the one we find",
    Severity = FindingSeverity.Info, When = CheckMoments.Wire,
    Evidence = "EHLO replies that leave the place of the name empty", EnforcedBy = "Sendmail, Haraka, Proofpoint and Nodemailer show it",
    Fix = FixKind.None, Remedy = "Wait until the old answer has left the receiver's cache; if it stays, see whether every server of the reverse zone answers", Article = "ptr-not-seen",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Feedback is not { } feedback)
            return NotObservable("only receivers' EHLO replies show it");
        if (facts.Dns is not { Pointer: var pointer })
            return NotObservable("not looked up");
        if (pointer.Ask(voice => voice.Pointers.Any()) != CheckOutcome.Pass)
            return NotApplicable($"{facts.Source.PublicAddress} has no PTR record for certain");
        const string expected = "a name beside our address";
        if (feedback.RecentNames.LastOrDefault(note => note.LacksName) is { } nameless)
            return Bad($"{nameless.Host} shows no name for {facts.Source.PublicAddress}; {pointer.Describe()}", expected,
                "Nothing at once: an answer from before may be in that receiver's cache. If it stays, see whether every server of the reverse zone answers");
        return feedback.RecentNames.LastOrDefault(note => note.Name is not null) is { } named ? Pass($"{named.Host} shows {named.Name}", expected) : NotObservable("no receiver has shown a name for us within the last day");
    }
}
