using System.Collections.Immutable;
using Namesake.Core.Identity.Authentication;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Spf;

namespace Namesake.Core.Identity.Checks;

/// <summary>AU-01: the SPF record of each return path's domain lets this source's public address send.</summary>
public sealed class SpfAuthorisesCheck() : SenderCheck(new CheckCard("AU-01", CheckKind.Dns)
{
    Title = "SPF of the return path's domain lets the public address send",
    Severity = FindingSeverity.Fail, Scope = CheckScope.SenderDomain,
    Evidence = "TXT of the return path's domain from its servers, evaluated for the public address as receivers do", EnforcedBy = "Gmail, Yahoo, Microsoft and all other large receivers",
    Fix = FixKind.Dns, Remedy = "Add the public address to the domain's one SPF record", Article = "spf-not-authorised",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Authentication is not { } seen)
            return NotObservable("not looked up");
        if (facts.Senders.IsEmpty)
            return NotObservable("which domains send by this source isn't known: name one");
        return Join([.. facts.Senders.Select(sender => sender.ReturnPath).Distinct().Select(domain => SpfWords.Judge(facts, seen, domain,
            (owner, policy) => policy is null ? SpfFix.Publish(owner, facts) : SpfFix.Merge(owner, policy, facts)))]);
    }
}

/// <summary>AU-02: the EHLO name has an SPF record of its own. Receivers ask it for mail without a return path: every bounce and report.</summary>
public sealed class SpfOfEhloCheck() : SenderCheck(new CheckCard("AU-02", CheckKind.Dns)
{
    Title = "SPF of the EHLO name lets the public address send",
    Severity = FindingSeverity.Warn,
    Evidence = "TXT of the EHLO name from its servers, evaluated for the public address", EnforcedBy = "SpamAssassin SPF_HELO_NONE and SPF_HELO_FAIL; counts for mail with a null sender (RFC 7208 §2.4)",
    Fix = FixKind.Dns, Remedy = "Give the EHLO name the record \"v=spf1 a -all\"", Article = "spf-ehlo-name",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Authentication is not { } seen)
            return NotObservable("not looked up");
        return Join([SpfWords.Judge(facts, seen, facts.Source.Ehlo, (owner, policy) => policy is null ? SpfFix.PublishForEhlo(facts) : SpfFix.Merge(owner, policy, facts))]);
    }
}

/// <summary>AU-03: the SPF records are such that receivers evaluate them to their end.</summary>
public sealed class SpfSoundCheck() : SenderCheck(new CheckCard("AU-03", CheckKind.Dns)
{
    Title = "SPF is one record without syntax errors, with at most 10 terms that ask DNS, at most 2 of them in vain, and no ptr",
    Severity = FindingSeverity.Fail, Scope = CheckScope.SenderDomain,
    Evidence = "the SPF record with all it includes, for the domains of return paths and for the EHLO name", EnforcedBy = "every receiver that evaluates SPF: permerror (RFC 7208 §4.6.4)",
    Fix = FixKind.Dns, Remedy = "Make one record of it, correct its terms, and list addresses in place of names", Article = "spf-broken",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Authentication is not { } seen)
            return NotObservable("not looked up");
        return Join([.. facts.Senders.Select(sender => sender.ReturnPath).Append(facts.Source.Ehlo.Domain).Distinct().Select(domain => Judge(facts, seen, domain))]);
    }

    private static SenderPart Judge(IdentityFacts facts, AuthenticationFacts seen, DomainName domain)
    {
        const string Expected = "one SPF record without errors, 10 look-ups and 2 vain ones at most, no ptr";
        if (!seen.Spf.TryGetValue(domain.Value, out var spf))
            return NotLookedAt($"SPF of {domain}");
        if (!spf.Record.IsDefinite)
            return new SenderPart(CheckOutcome.Unknown, spf.Record.Describe(), Expected) { Evidence = spf.Record };
        var outcome = spf.Ask(OutcomeOf);
        var view = spf.Views[0];
        var part = new SenderPart(outcome, "", Expected) { Evidence = spf.Record, Ttl = view.Evaluation.Ttl };
        var owner = spf.Record.Owner;
        return outcome switch
        {
            CheckOutcome.NotApplicable => part with { Seen = $"{domain} has no SPF record" },
            CheckOutcome.Unknown when spf.Views.Length > 1 => part with { Seen = $"the servers of {domain} publish different SPF records" },
            CheckOutcome.Unknown => part with { Seen = $"{domain}: {string.Join(", ", view.Survey.Doubts)} not answered", Cause = UnknownCause.Trouble },
            CheckOutcome.Bad => Bad(facts, domain, owner, view, part),
            _ => part with { Seen = $"{domain}: {view.Survey.Lookups} of {SpfRun.MostLookups} look-ups" },
        };
    }

    private static CheckOutcome OutcomeOf(SpfView view) =>
        view.Policies.IsEmpty ? CheckOutcome.NotApplicable
        : !view.Survey.Faults.IsEmpty || view.Survey.HasTooManyLookups || view.Survey.HasTooManyVoids || !view.Survey.Pointers.IsEmpty || view.Evaluation.Result == SpfResult.PermError ? CheckOutcome.Bad
        : view.Survey.Doubts.IsEmpty ? CheckOutcome.Pass
        : CheckOutcome.Unknown;

    private static SenderPart Bad(IdentityFacts facts, DomainName domain, DomainName owner, SpfView view, SenderPart part)
    {
        var survey = view.Survey;
        if (view.Policies.Length > 1)
            return part with { Seen = $"{domain} has {view.Policies.Length} SPF records", Fix = SpfFix.MergeAll(owner, view.Policies) };
        if (!survey.Faults.IsEmpty)
            return part with { Seen = string.Join("; ", survey.Faults), Fix = $"Correct the SPF record of {domain}: {survey.Faults[0]}" };
        if (survey.HasTooManyLookups)
        {
            var least = survey.Lookups >= SpfSurveyor.MostTerms ? $"{survey.Lookups} or more" : $"{survey.Lookups}";
            return part with
            {
                Seen = $"{domain}: {least} terms ask DNS, {SpfRun.MostLookups} are allowed",
                Fix = $"Take {survey.Lookups - SpfRun.MostLookups} or more out of the SPF record of {domain}: includes of services that no longer send, and a and mx in favour of ip4: and ip6: with their addresses",
            };
        }
        if (survey.HasTooManyVoids)
            return part with { Seen = $"{domain}: {survey.Voids.Length} terms find nothing: {string.Join(", ", survey.Voids)}", Fix = $"Take them out of the SPF record: {string.Join(", ", survey.Voids)}" };
        if (view.Evaluation.Result == SpfResult.PermError)
            return part with { Seen = view.Evaluation.Reason, Fix = $"Correct the SPF record of {domain}: {view.Evaluation.Reason}" };
        return part with
        {
            Seen = $"{domain}: {string.Join(", ", survey.Pointers)}, which receivers may pass over (RFC 7208 §5.5)",
            Fix = SpfFix.WithoutPointers(owner, view.Policies[0], facts),
            Severity = FindingSeverity.Warn,
        };
    }
}

/// <summary>What AU-01 and AU-02 say of a domain's SPF.</summary>
internal static class SpfWords
{
    /// <param name="fix">From the record's owner and the policy that is there, null where there is none.</param>
    public static SenderPart Judge(IdentityFacts facts, AuthenticationFacts seen, DomainName domain, Func<DomainName, string?, string> fix)
    {
        var address = facts.Source.PublicAddress;
        if (!seen.Spf.TryGetValue(domain.Value, out var spf))
            return new SenderPart(CheckOutcome.NotObservable, $"SPF of {domain} was not looked at");
        var expected = $"SPF of {domain} with result pass for {address}";
        if (!spf.Record.IsDefinite)
            return new SenderPart(CheckOutcome.Unknown, spf.Record.Describe(), expected) { Evidence = spf.Record };
        var outcome = spf.Ask(view => OutcomeOf(facts, view));
        var view = spf.Views[0];
        var part = new SenderPart(outcome, Seen(domain, spf, view), expected) { Evidence = spf.Record, Ttl = view.Evaluation.Ttl };
        return outcome switch
        {
            CheckOutcome.Bad => part with { Fix = fix(spf.Record.Owner, view.Policies.FirstOrDefault()) },
            CheckOutcome.Unknown when spf.Views.Length > 1 => part with { Seen = $"the servers of {domain} publish different SPF records: {string.Join("; ", spf.Views.Select(each => each.Evaluation.Reason))}" },
            CheckOutcome.Unknown => part with { Cause = UnknownCause.Trouble },
            CheckOutcome.NotApplicable when view.Evaluation.Result != SpfResult.PermError => part with { Seen = $"SPF of {domain} names {facts.Source.Ehlo}, whose address records are EH-05's finding" },
            _ => part,
        };
    }

    private static CheckOutcome OutcomeOf(IdentityFacts facts, SpfView view) => view.Evaluation.Result switch
    {
        SpfResult.Pass => CheckOutcome.Pass,
        SpfResult.PermError => CheckOutcome.NotApplicable, // the record itself is broken: AU-03's finding
        SpfResult.TempError => CheckOutcome.Unknown,
        _ when !view.Evaluation.Doubts.IsEmpty => CheckOutcome.Unknown,
        _ when RestsOnEhlo(facts, view) => CheckOutcome.NotApplicable,
        _ => CheckOutcome.Bad,
    };

    /// <summary>The record names the EHLO name, and would let us send if that had its address: one fault, one finding.</summary>
    private static bool RestsOnEhlo(IdentityFacts facts, SpfView view) =>
        facts.Dns?.Ehlo.Ask(voice => voice.Addresses.Contains(facts.Source.PublicAddress)) == CheckOutcome.Bad
        && view.Policies is [var policy] && SpfRecord.TryParse(policy, out var record, out _)
        && record.Directives.Any(directive => directive is { Mechanism: SpfMechanism.A, Qualifier: SpfQualifier.Pass }
            && (directive.Domain?.Text.TrimEnd('.') ?? view.Evaluation.TermOf?.Value ?? "").Equals(facts.Source.Ehlo.Value, StringComparison.OrdinalIgnoreCase));

    private static string Seen(DomainName domain, SpfFacts spf, SpfView view) => view.Evaluation.Result switch
    {
        SpfResult.None => view.Policies.IsEmpty ? $"{domain} has no SPF record" : TextRecords.Absent(spf.Record),
        SpfResult.Pass or SpfResult.PermError or SpfResult.TempError => $"{domain}: {Word(view.Evaluation.Result)}, {view.Evaluation.Reason}; {Whose(domain, spf, view)}",
        _ => $"{domain}: {Word(view.Evaluation.Result)}, {view.Evaluation.Reason} ({TextRecords.Short(view.Policies.FirstOrDefault() ?? "")}); {Whose(domain, spf, view)}",
    };

    /// <summary>Whose word it is: receivers don't ask our resolver.</summary>
    private static string Whose(DomainName domain, SpfFacts spf, SpfView view)
    {
        var names = (spf.Record.ResolverOnly ? [domain] : ImmutableArray<DomainName>.Empty).AddRange(view.Evaluation.PoliciesByResolver).Distinct().ToList();
        return names.Count == 0 ? "as the zones' own servers say" : $"what {string.Join(", ", names)} {(names.Count == 1 ? "publishes" : "publish")} by our resolver's word";
    }

    private static string Word(SpfResult result) => result.ToString().ToLowerInvariant();
}
