using Namesake.Core.Identity.Authentication;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>AU-05: the domain in From has a DMARC policy, and mail that leaves here can satisfy it. Whether SPF passes and the key is right are other checks' findings.</summary>
public sealed class DmarcCheck() : SenderCheck(new CheckCard("AU-05", CheckKind.Dns)
{
    Title = "the domain in From has a DMARC policy that its mail can satisfy on this route",
    Severity = FindingSeverity.Fail, Scope = CheckScope.SenderDomain,
    Evidence = "TXT at _dmarc of the domain and above it; the domains of From, return path and signature", EnforcedBy = "Gmail and Yahoo for bulk senders, Microsoft",
    Fix = FixKind.Dns | FixKind.Configuration, Remedy = "Publish a DMARC record, and sign as the domain in From", Article = "dmarc",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Authentication is not { } seen)
            return NotObservable("not looked up");
        if (facts.Senders.IsEmpty)
            return NotObservable("which domains send by this source isn't known: name one");
        var senders = facts.Senders.Where(sender => !sender.IsForForwarding).ToList();
        return senders.Count == 0 ? NotApplicable("only forwarded mail leaves by this source") : Join([.. senders.Select(sender => Judge(seen, sender))]);
    }

    private static SenderPart Judge(AuthenticationFacts seen, SenderIdentity sender)
    {
        const string Expected = "a DMARC record, and SPF or DKIM in line with From";
        if (!seen.Dmarc.TryGetValue(sender.From.Value, out var walk))
            return NotLookedAt($"DMARC of {sender.From}");
        var doubtful = walk.Stops.FirstOrDefault(stop => !stop.IsCertain);
        if (walk.Stops.FirstOrDefault(stop => stop.Fault is not null) is { } broken && (walk.Policy is null || broken.Name == sender.From))
            return new SenderPart(CheckOutcome.Bad, broken.Fault!, Expected, $"Let {DmarcStop.RecordName(broken.Name)} have one TXT record that receivers understand, such as {TextRecords.Record(DmarcStop.RecordName(broken.Name), Begin)}") { Evidence = broken.Evidence };
        if (walk.Policy is not { Record: { } policy } at)
            return doubtful is null
                ? new SenderPart(CheckOutcome.Bad, $"no DMARC record for {sender.From}", Expected, Publish(walk)) { Evidence = walk.Stops[0].Evidence }
                : new SenderPart(CheckOutcome.Unknown, $"DMARC of {sender.From}: {doubtful.Evidence.Describe()}", Expected) { Evidence = doubtful.Evidence };

        var bySpf = seen.Dmarc.TryGetValue(sender.ReturnPath.Value, out var path) ? Alignments.Of(walk, path, policy.IsStrictForSpf) : Alignment.None;
        var byDkim = Alignment.None;
        foreach (var key in sender.Keys)
            if (seen.Dmarc.TryGetValue(key.Domain.Value, out var signing))
                byDkim = Alignments.Join(byDkim, Alignments.Of(walk, signing, policy.IsStrictForDkim));
        var both = Alignments.Join(bySpf, byDkim);
        var remarks = policy.Remarks.IsEmpty ? "" : $"; {string.Join(", ", policy.Remarks)}";
        var words = $"{sender.From}: {policy.Text} at {at.Name}, {Words(sender, bySpf, byDkim)}{remarks}";
        if (both == Alignment.Full)
            return new SenderPart(CheckOutcome.Pass, words, Expected) { Evidence = at.Evidence };
        if (Doubt(seen, sender) is { } doubt)
            return new SenderPart(CheckOutcome.Unknown, $"{words}; {doubt.Evidence.Describe()}", Expected) { Evidence = doubt.Evidence };
        return new SenderPart(CheckOutcome.Bad, words, Expected, both == Alignment.None ? Align(sender) : Share(walk, both, sender))
        {
            Evidence = at.Evidence,
            Severity = both == Alignment.None ? null : FindingSeverity.Warn,
        };
    }

    private const string Begin = "v=DMARC1; p=none";

    /// <summary>A place that was not heard could have made two domains one organisation's.</summary>
    private static DmarcStop? Doubt(AuthenticationFacts seen, SenderIdentity sender) =>
        sender.Keys.Select(key => key.Domain).Append(sender.From).Append(sender.ReturnPath).Select(domain => seen.Dmarc.GetValueOrDefault(domain.Value)).OfType<DmarcWalk>()
            .SelectMany(walk => walk.Stops).FirstOrDefault(stop => !stop.IsCertain);

    private static string Words(SenderIdentity sender, Alignment bySpf, Alignment byDkim) =>
        $"SPF ({sender.ReturnPath}) {Word(bySpf)}, {(sender.Keys.IsEmpty ? "not signed" : $"DKIM ({string.Join(", ", sender.Keys.Select(key => key.Domain).Distinct())}) {Word(byDkim)}")}";

    private static string Word(Alignment alignment) => alignment switch
    {
        Alignment.Full => "in line with From",
        Alignment.BySuffixList => "in line for receivers that go by the list of public suffixes only",
        Alignment.ByTreeWalk => "in line for receivers that follow RFC 9989 only",
        _ => "not in line with From",
    };

    /// <summary>At the registered domain, whose record covers all names below it.</summary>
    private static string Publish(DmarcWalk walk) =>
        $"Add the record _dmarc.{walk.RegisteredDomain}. TXT \"{Begin}\" (with rua=mailto: and a mailbox of yours receivers report what they see; p=quarantine or p=reject once all mail is in line)";

    private static string Align(SenderIdentity sender) => sender.Keys.IsEmpty
        ? $"Sign its mail with a key of {sender.From} (dkim of the brand), or give it a return path of {sender.From}"
        : $"Sign its mail as d={sender.From} in place of {string.Join(", ", sender.Keys.Select(key => key.Domain).Distinct())}, or give it a return path of {sender.From}";

    private static string Share(DmarcWalk walk, Alignment alignment, SenderIdentity sender) => alignment == Alignment.BySuffixList
        ? $"Add the record _dmarc.{walk.RegisteredDomain}. TXT \"{Begin}\": by RFC 9989 names belong together through the DMARC record above them"
        : Align(sender);
}
