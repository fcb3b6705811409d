using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Checks;

/// <summary>ZN-03: public resolvers of several operators give the same, and what the zone's servers give.</summary>
public sealed class ResolversAgreeCheck() : ZoneCheck(new CheckCard("ZN-03", CheckKind.Dns)
{
    Title = "public resolvers of three operators agree, over UDP and TCP",
    Severity = FindingSeverity.Fail,
    Evidence = "PTR and A or AAAA from the configured public resolvers", EnforcedBy = "receivers see what their resolvers see",
    Fix = FixKind.Dns, Remedy = "Wait until the old answer is forgotten everywhere; where resolvers differ for longer, look at the zone's servers and signatures", Article = "resolvers-disagree",
})
{
    private const int LeastOperators = 3;

    protected override CheckResult Judge(IdentityFacts facts, ZoneFacts zone)
    {
        const string Expected = "the same answer from public resolvers of at least three operators";
        var surveys = new[] { zone.Pointer, zone.Ehlo };
        var asked = surveys.Select(survey => survey.Resolvers.Where(word => word.Resolver.IsPublic && word.IsBelieved).ToList()).ToList();
        var operators = asked.Min(words => words.Select(word => word.Resolver.Operator).Distinct(StringComparer.Ordinal).Count());
        if (operators < LeastOperators)
            return NotObservable($"public resolvers of {operators} operators were asked; configure three of different operators, and mind that each is asked only so often a minute");
        foreach (var (survey, words) in surveys.Zip(asked))
        {
            var said = words.SelectMany(word => Both(word).Select(each => (Who: word.Resolver.ToString(), each.Transport, Word: each))).Where(each => each.Word.IsDefinite).ToList();
            var contents = said.Select(each => each.Word.Content!).Concat(survey.Content is { } own ? [own] : []).Distinct(StringComparer.Ordinal).ToList();
            if (contents.Count < 2)
                continue;
            var views = said.GroupBy(each => each.Word.Words, StringComparer.Ordinal).Select(group => $"{string.Join(", ", group.Select(each => each.Who).Distinct(StringComparer.Ordinal))}: {group.Key}")
                .Concat(survey.Content is null ? [] : [$"the servers of {survey.Last!.Zone}: {survey.Last.Definite.First().Words}"]);
            var until = said.Where(each => survey.Content is null || each.Word.Content != survey.Content).Select(each => each.Word.Answer.At + each.Word.Answer.Ttl).DefaultIfEmpty(survey.At).Max();
            return Bad($"{survey.Name}: {string.Join("; ", views)}", Expected,
                $"If the record was changed lately, nothing: what resolvers remember is over at {until:yyyy-MM-dd HH:mm} UTC. If they still differ then, the zone's servers differ (ZN-01, ZN-02) or one of these resolvers filters") with
            { Zone = survey.Last?.Zone?.Value };
        }
        var unheard = asked.SelectMany(words => words).Where(word => Both(word).Any(each => !each.IsDefinite)).ToList();
        var heard = asked.Min(words => words.Where(word => !unheard.Contains(word)).Select(word => word.Resolver.Operator).Distinct(StringComparer.Ordinal).Count());
        return heard < LeastOperators
            ? Unknown(string.Join("; ", unheard.SelectMany(word => Both(word).Where(each => !each.IsDefinite).Select(each => $"{word.Resolver} {each.Outcome.Words()} ({each.Transport.ToString().ToUpperInvariant()}, {each.Answer.Name})"))), Expected, unheard.SelectMany(Both))
            : Pass($"{heard} operators agree over UDP and TCP", Expected);
    }

    private static IEnumerable<DnsWord> Both(ResolverWord word) =>
        word.Tcp is null ? [word.Udp] : word.Udp.Outcome == DnsOutcome.Truncated ? [word.Tcp] : [word.Udp, word.Tcp];
}

/// <summary>ZN-08: our own resolvers see what the Internet sees.</summary>
public sealed class OneViewCheck() : ZoneCheck(new CheckCard("ZN-08", CheckKind.Dns)
{
    Title = "the internal view of DNS is the public one",
    Severity = FindingSeverity.Warn,
    Evidence = "our own resolvers beside public resolvers, or beside the zones' servers on public addresses", EnforcedBy = "nobody; tests made inside say nothing about what receivers see",
    Fix = FixKind.Operator, Remedy = "Look from outside, or let the internal zone hold the same records", Article = "split-horizon",
})
{
    protected override CheckResult Judge(IdentityFacts facts, ZoneFacts zone)
    {
        const string Expected = "our resolvers give what the public DNS gives";
        var compared = new List<string>();
        var doubtful = new List<(string Text, NameSurvey Survey, IEnumerable<DnsWord> Words)>();
        foreach (var survey in zone.Surveys)
        {
            var own = survey.Resolvers.Where(word => !word.Resolver.IsPublic).ToList();
            if (own.Count == 0 || PublicView.Of(survey, facts.TreatAsPublic) is not { } seen)
                continue;
            foreach (var word in own)
            {
                if (!word.Best.IsDefinite || seen.Content is null)
                    doubtful.Add((word.Best.IsDefinite ? $"{seen.From} do not agree about {survey.Name}" : $"{word.Resolver} {word.Best.Outcome.Words()} ({survey.Name})", survey, [word.Best]));
                else if (word.Best.Content == seen.Content)
                    compared.Add(word.Resolver.ToString());
                else if (WhyCertain(word, seen, facts, zone) is { } why)
                    return Bad($"{survey.Name}: {word.Resolver} says {word.Best.Words}, {seen.From} say {Words(survey, seen)}; {why}", Expected,
                        $"Test {survey.Name} from outside, or with a public resolver. If programs here must see the public records, give the internal zone the same ones");
                else
                    doubtful.Add(($"{survey.Name}: {word.Resolver} says {word.Best.Words}, {seen.From} say {Words(survey, seen)}; it may only remember an older answer, until {word.Best.Answer.At + word.Best.Answer.Ttl:HH:mm:ss} UTC", survey, []));
            }
        }
        if (doubtful.Count > 0)
            return doubtful.Any(each => each.Words.Any()) ? Unknown(string.Join("; ", doubtful.Select(each => each.Text)), Expected, doubtful.SelectMany(each => each.Words))
                : Unknown(string.Join("; ", doubtful.Select(each => each.Text)), Expected, UnknownCause.PartlyPropagated);
        return compared.Count > 0
            ? Pass($"{string.Join(", ", compared.Distinct(StringComparer.Ordinal))} sees the same", Expected)
            : NotObservable("it takes a resolver of ours and a view from outside: configure an internal and a public resolver");
    }

    private static string Words(NameSurvey survey, PublicView seen) => seen.Content is "" ? $"no {TypeOf(survey)} record" : $"{TypeOf(survey)} {seen.Content}";

    /// <summary>What memory alone cannot explain; null when it can.</summary>
    private static string? WhyCertain(ResolverWord word, PublicView seen, IdentityFacts facts, ZoneFacts zone) => word.Best switch
    {
        { Answer.Authoritative: true } => "it answers as a server of the zone itself",
        var best when best.Answer.Addresses.Any(address => !SpecialAddresses.IsPublic(address) && !facts.TreatAsPublic.Any(range => range.Contains(address))) => "the address is not public",
        var best when zone.ViewsApart.Any(apart => apart.OutlivesMemory && apart.Resolver == word.Resolver.ToString() && apart.Name == best.Answer.Name && apart.Type == best.Answer.Type) => "it has said so for longer than it may remember",
        _ => null,
    };
}
