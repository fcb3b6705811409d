using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>ZN-04: who asks for the PTR record gets an answer. The one check that counts what is unknown to all others; it never makes those bad.</summary>
public sealed class ServersAnswerCheck() : ZoneCheck(new CheckCard("ZN-04", CheckKind.Dns)
{
    Title = "every server on the reverse path answers, and within two seconds",
    Severity = FindingSeverity.Fail,
    Evidence = $"time-outs, SERVFAIL, REFUSED, lame and slow answers of at least {ServerTrouble.Enough} looks", EnforcedBy = "Comcast 421, SpamAssassin RDNS_DNSFAIL, temporary errors of iprev",
    Fix = FixKind.Dns | FixKind.Operator, Remedy = "Repair the name servers, or take those that don't serve the zone out of its NS records", Article = "name-servers-failing",
})
{
    protected override CheckResult Judge(IdentityFacts facts, ZoneFacts zone)
    {
        const string Expected = "an answer from every server of the reverse zone within 2 seconds";
        var words = WordsOf(zone.Pointer).Concat(zone.Pointer.Zones.SelectMany(one => one.Servers).SelectMany(server => server.Words)).Where(word => word is { HasNoRoute: false }).ToList();
        // When nobody at all answers, it is our own way out that is in doubt (FB-09).
        var heard = words.Concat(zone.Surveys.SelectMany(WordsOf)).Concat(zone.Surveys.SelectMany(survey => survey.Resolvers).Select(word => word.Best)).Any(word => word.Outcome is not DnsOutcome.TimedOut and not DnsOutcome.Unreachable);
        var repeated = zone.Troubles.Where(trouble => trouble.IsRepeated).ToList();
        if (repeated.Count > 0 && heard)
            return Bad(string.Join("; ", repeated.Select(trouble => $"{trouble.Server} {string.Join(", ", trouble.Kinds)} in {trouble.Failed} of {trouble.Looks} looks since {trouble.Since:yyyy-MM-dd HH:mm} UTC ({trouble.About})")), Expected,
                Fix(repeated)) with
            { Zone = repeated[0].About.Value };
        if (!heard)
            return Unknown("nobody answers: our own way to DNS is in doubt", Expected, words);
        if (!zone.Troubles.IsEmpty)
            return Unknown(string.Join("; ", zone.Troubles.Select(trouble => $"{trouble.Server} {string.Join(", ", trouble.Kinds)} ({trouble.Failed} of {trouble.Looks} looks)")) + $"; it takes {ServerTrouble.Enough} failed looks to tell: --looks {ServerTrouble.Enough}, or the relay's next rounds", Expected, words.Where(word => !word.IsDefinite));
        var asked = words.Where(word => word is { IsDefinite: true, WasAsked: true }).ToList();
        return asked.Count == 0 || zone.Pointer.Ending == SurveyEnding.NoZone
            ? Unknown(TroubleOf(zone.Pointer), Expected, words)
            : Pass($"{asked.Select(word => word.Answer.Server).Distinct(StringComparer.Ordinal).Count()} server addresses answered, the slowest in {asked.Max(word => word.Took).TotalMilliseconds:0} ms", Expected);
    }

    // A resolver that gets no answer stands in no NS record: its servers are to be repaired, not it.
    private static string Fix(IReadOnlyCollection<ServerTrouble> repeated)
    {
        static string About(IEnumerable<ServerTrouble> troubles) => string.Join(", ", troubles.Select(trouble => trouble.About.Value).Distinct(StringComparer.Ordinal));
        var servers = repeated.Where(trouble => !trouble.Server.StartsWith("resolver ", StringComparison.Ordinal)).ToList();
        return servers.Count == 0
            ? $"Resolvers get no answer about {About(repeated)}: see that the servers its zone is delegated to exist, answer and serve the zone"
            : $"Repair {string.Join(", ", servers.Select(trouble => trouble.Server))}, or take it out of the NS records of {About(servers)} and of the zone above";
    }
}

/// <summary>ZN-05: nothing that is signed is signed wrongly.</summary>
public sealed class SignaturesValidCheck() : ZoneCheck(new CheckCard("ZN-05", CheckKind.Dns)
{
    Title = "DNSSEC of both zones is valid, or absent",
    Severity = FindingSeverity.Fail,
    Evidence = "a validating resolver, with and without validation", EnforcedBy = "receivers whose resolver validates: the name does not exist for them",
    Fix = FixKind.Dns, Remedy = "Sign the zone anew, and let the DS records above match its keys", Article = "dnssec-bogus",
})
{
    protected override CheckResult Judge(IdentityFacts facts, ZoneFacts zone)
    {
        const string Expected = "valid signatures, or none";
        var states = new[] { zone.Pointer, zone.Ehlo }.Select(survey => (Survey: survey, survey.Security)).ToList();
        if (states.Find(each => each.Security == DnssecState.Bogus).Survey is { } bogus)
            return Bad($"{TypeOf(bogus)} of {bogus.Name}: SERVFAIL from {string.Join(", ", bogus.Resolvers.Where(word => word.Security == DnssecState.Bogus).Select(word => word.Resolver.ToString()))}, and without validation {bogus.Resolvers.First(word => word.Security == DnssecState.Bogus).Unchecked!.Words}", Expected,
                $"Sign {bogus.Last?.Zone?.Value ?? $"the zone of {bogus.Name}"} anew and compare its keys with the DS records of the zone above; until then take the DS records out, so that it counts as unsigned") with
            { Zone = bogus.Last?.Zone?.Value };
        if (states.TrueForAll(each => each.Security == DnssecState.Unvalidated))
            return NotObservable("it takes a resolver that validates DNSSEC: none such was asked");
        var open = states.Find(each => each.Security is DnssecState.Unknown or DnssecState.Unvalidated);
        return open.Survey is { } unknown
            ? Unknown(string.Join("; ", unknown.Resolvers.Select(word => $"{word.Resolver}: {word.Best.Words}{(word.Security is DnssecState.Secure or DnssecState.Insecure or DnssecState.Bogus ? $" ({word.Security.ToString().ToLowerInvariant()})" : "")}")), Expected,
                unknown.Resolvers.Select(word => word.Best), unknown.Last?.Zone?.Value)
            : Pass(string.Join("; ", states.Select(each => $"{each.Survey.Name} is {(each.Security == DnssecState.Secure ? "signed and valid" : "not signed")}")), Expected);
    }
}

/// <summary>ZN-06: where a block smaller than 256 addresses has a zone of its own, the way into it is whole. RFC 2317, RFC 4183</summary>
public sealed class ClasslessReverseCheck() : ZoneCheck(new CheckCard("ZN-06", CheckKind.Dns)
{
    Title = "a classless reverse zone is reached: the CNAME is there, its zone is served, no loop, at most two CNAMEs",
    Severity = FindingSeverity.Fail, When = CheckMoments.Audit | CheckMoments.Plan,
    Evidence = "the CNAMEs from the address's reverse name on, at the servers of each zone", EnforcedBy = "receivers find no PTR record; many follow few CNAMEs",
    Fix = FixKind.Dns | FixKind.Operator, Remedy = "Let the holder of the block write one CNAME per address into the child zone, and serve that zone", Article = "classless-reverse",
})
{
    private const int MostAliases = 2;

    protected override CheckResult Judge(IdentityFacts facts, ZoneFacts zone)
    {
        var survey = zone.Pointer;
        var expected = $"at most {MostAliases} CNAMEs from {survey.Name} to a zone that is served";
        if (survey.Steps.IsEmpty || survey.Last is not { } last)
            return Unknown(TroubleOf(survey), expected, []);
        var chain = string.Join(" → ", survey.Steps.Select(step => step.At.Value));
        var first = survey.Steps[0];
        var aliases = survey.Steps.Length - 1;
        if (survey.Ending == SurveyEnding.Loop)
            return Bad($"{chain}: {survey.Trouble}, a loop", expected, $"Let the CNAME of {last.At} go, and write the PTR record there");
        if (aliases > MostAliases || survey.Ending == SurveyEnding.TooDeep)
            return Bad($"{chain}: {aliases} CNAMEs{(survey.Ending == SurveyEnding.TooDeep ? " and more" : "")}", expected, $"Let {survey.Name} point straight to where the PTR record is");
        if (aliases == 0)
            return survey.UnusedChildZone is { } child
                ? Bad($"{child} is delegated and would hold the record, but {survey.Name} has no CNAME into it", expected, $"Ask who runs {first.Zone} for the record {survey.Name}. CNAME {survey.Name.Labels[0]}.{child}.")
                : first.Contents.Count > 0 ? NotApplicable("not classless: the record stands at the address's own reverse name") : Unknown(TroubleOf(survey), expected, WordsOf(survey), first.Zone?.Value);
        if (last.Contents is [""] && last.Zone == survey.Steps[^2].Zone)
            return Bad($"{chain}: {last.At} does not exist, and no zone is delegated there", expected, $"Make the zone that {last.At} shall be in and let {last.Zone} delegate it, or write the PTR record there");
        if (last.Contents.Count > 0)
            return Pass($"{chain}, served in {last.Zone}", expected);
        return survey.LastZone is { Servers.IsEmpty: true, WithoutAddress: { IsEmpty: false } gone }
            ? Bad($"{chain}: {survey.LastZone.Zone} is delegated to {string.Join(", ", gone)}, without an address: nobody serves it", expected, $"Give {string.Join(", ", gone)} addresses, or delegate {survey.LastZone.Zone} to servers that serve it")
            : Unknown($"{chain}: {TroubleOf(survey)}", expected, last.Servers.SelectMany(server => server.Words), last.Zone?.Value);
    }
}

/// <summary>ZN-07: the zone above names the servers that the zone names.</summary>
public sealed class DelegationCheck() : ZoneCheck(new CheckCard("ZN-07", CheckKind.Dns)
{
    Title = "the delegation of the reverse zone names the servers that the zone itself names",
    Severity = FindingSeverity.Warn,
    Evidence = "NS at the servers of the zone above and at each server of the zone", EnforcedBy = "nobody; a server forgotten in a delegation answers wrongly one day",
    Fix = FixKind.Operator, Remedy = "Let who runs the zone above (the registry for whole blocks) write the same NS records", Article = "delegation-stale",
})
{
    protected override CheckResult Judge(IdentityFacts facts, ZoneFacts zone)
    {
        const string Expected = "the same NS records above and in the zone, each server with an address";
        var zones = zone.Pointer.Zones;
        foreach (var one in zones)
        {
            if (!one.WithoutAddress.IsEmpty)
                return Bad($"{one.Zone}: {string.Join(", ", one.WithoutAddress)} has no address", Expected, $"Take {string.Join(", ", one.WithoutAddress)} out of the NS records of {one.Zone}, or give it an address") with { Zone = one.Zone.Value };
            var above = Sets(one.Parent?.Referrals.Select(word => word.Names) ?? []);
            var own = Sets(one.Servers.Select(server => server.Names).OfType<System.Collections.Immutable.ImmutableArray<Protocol.Addresses.DomainName>>());
            if (above.Count > 0 && own.Count > 0 && above.Concat(own).Distinct(StringComparer.Ordinal).Count() > 1)
                return Bad($"{one.Zone}: {one.Parent!.Parent} delegates to {string.Join(" or to ", above)}; the zone names {string.Join(" or ", own)}", Expected,
                    $"Let who runs {one.Parent.Parent} write NS records for {own[0]}; if those of the zone are wrong, correct them there") with
                { Zone = one.Zone.Value };
        }
        var open = zones.Where(one => one.Servers.All(server => server.Names is null) || one.Parent is null || one.Parent.Words.All(word => word.Outcome is not DnsOutcome.Answer)).ToList();
        if (zones.IsEmpty || open.Count > 0)
            return Unknown(zones.IsEmpty ? TroubleOf(zone.Pointer) : string.Join("; ", open.Select(Why)), Expected, open.SelectMany(one => one.Servers).Select(server => server.NameServers), open.FirstOrDefault()?.Zone.Value);
        var hidden = zones.Where(one => !one.Parent!.Referrals.Any()).ToList();
        return hidden.Count == zones.Length
            ? NotObservable($"the servers of the zone above serve {string.Join(", ", hidden.Select(one => one.Zone))} themselves and don't show what they delegate")
            : Pass(string.Join("; ", zones.Except(hidden).Select(one => $"{one.Zone}: {Sets(one.Parent!.Referrals.Select(word => word.Names))[0]}")), Expected);
    }

    private static List<string> Sets(IEnumerable<System.Collections.Immutable.ImmutableArray<Protocol.Addresses.DomainName>> names) =>
        [.. names.Select(set => string.Join(", ", set.Select(name => name.Value).Order(StringComparer.Ordinal))).Distinct(StringComparer.Ordinal)];

    private static string Why(ZoneSurvey zone) => zone.Trouble
        ?? (zone.Parent is null ? $"the zone above {zone.Zone} was not found"
            : zone.Parent.Words.All(word => word.Outcome is not DnsOutcome.Answer) ? $"{zone.Parent.Parent} does not say whom {zone.Zone} is delegated to: {string.Join(", ", zone.Parent.Words.Select(word => $"{word.Server} {word.Outcome.Words()}"))}"
            : $"no server of {zone.Zone} names its servers");
}
