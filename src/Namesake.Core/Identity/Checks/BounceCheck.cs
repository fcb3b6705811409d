using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Checks;

/// <summary>AU-06: bounces to the return path arrive.</summary>
public sealed class BounceCheck() : SenderCheck(new CheckCard("AU-06", CheckKind.Dns)
{
    Title = "the return path's domain takes mail, and bounces with it",
    Severity = FindingSeverity.Fail, Scope = CheckScope.SenderDomain,
    Evidence = "MX, else A and AAAA, of the return path's domain; where asked for, a conversation with its host up to RCPT", EnforcedBy = "receivers that call back the sender, Facebook DNS-P1 and DNS-P2",
    Fix = FixKind.Dns, Remedy = "Give the return path's domain an MX record to the host that takes its bounces", Article = "return-path-unreachable",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Authentication is not { } seen)
            return NotObservable("not looked up");
        if (facts.Senders.IsEmpty)
            return NotObservable("which domains send by this source isn't known: name one");
        return Join([.. facts.Senders.Select(sender => sender.ReturnPath).Distinct().Select(domain => Judge(seen, domain))]);
    }

    private static SenderPart Judge(AuthenticationFacts seen, DomainName domain)
    {
        if (!seen.ReturnPaths.TryGetValue(domain.Value, out var route))
            return NotLookedAt($"the MX of {domain}");
        var expected = $"an MX record of {domain}, and a host that takes its bounces";
        var evidence = route.Address is { } address && route.Exchangers.IsDefinite ? address : route.Exchangers;
        var part = new SenderPart(CheckOutcome.Unknown, evidence.Describe(), expected) { Evidence = evidence };
        if (!evidence.IsDefinite)
            return part;
        var hosts = route.Exchangers.Voices.SelectMany(voice => voice.Records.OfType<MXRecord>()).OrderBy(record => record.Preference).ToList();
        var takes = route.Exchangers.Ask(voice => voice.Records.OfType<MXRecord>().Any(record => record.Exchange is not null));
        var fix = $"Add the record {domain}. MX 10 with the name of the host that takes its mail";
        if (hosts.Count > 0 && takes != CheckOutcome.Pass)
            return takes == CheckOutcome.Unknown
                ? part with { Seen = $"the servers of {domain} publish different MX records" }
                : part with { Outcome = CheckOutcome.Bad, Seen = $"{domain} says by a null MX that it takes no mail (RFC 7505)", Fix = fix.Replace("Add the record", "Replace the null MX by the record", StringComparison.Ordinal) };
        if (hosts.Count == 0 && route.Address is { } own && own.Ask(voice => voice.Addresses.Any()) is var has && has != CheckOutcome.Pass)
            return has == CheckOutcome.Unknown ? part : part with { Outcome = CheckOutcome.Bad, Seen = $"{domain} has neither MX nor address: bounces can't be delivered", Fix = fix };
        if (!route.Hosts.IsEmpty && route.Hosts.All(host => host.HasAddress == CheckOutcome.Bad))
            return part with
            {
                Outcome = CheckOutcome.Bad,
                Seen = $"the MX hosts of {domain} have no address: {string.Join(", ", route.Hosts.Select(host => host.Host))}",
                Fix = $"Give {route.Hosts[0].Host} an address record, or {char.ToLowerInvariant(fix[0])}{fix[1..]}",
            };

        var where = hosts.Count > 0 ? string.Join(", ", hosts.Select(host => host.Exchange).OfType<DomainName>().Distinct().Take(3)) : $"{domain} itself (no MX)";
        return route.Answer switch
        {
            null => part with { Outcome = CheckOutcome.NotObservable, Seen = $"mail to {domain} goes to {where}; whether bounces are taken there shows only a conversation, which was not asked for" },
            { Verdict: MailboxVerdict.Accepted } answer => part with { Outcome = CheckOutcome.Pass, Seen = $"{domain}: {answer.Said}" },
            { Verdict: MailboxVerdict.Refused } answer => part with { Outcome = CheckOutcome.Bad, Seen = $"{domain}: {answer.Said}", Fix = $"Let {where} accept mail with a null sender to the bounce addresses of {domain}" },
            { } answer => part with { Seen = $"{domain}: {answer.Said}", Cause = UnknownCause.Trouble },
        };
    }
}
