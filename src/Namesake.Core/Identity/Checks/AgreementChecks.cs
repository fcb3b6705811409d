using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>ZN-01 and ZN-02: receivers ask any server of a zone, so all must say the same.</summary>
public abstract class ServersAgreeCheck(CheckCard card) : ZoneCheck(card)
{
    protected abstract IEnumerable<NameSurvey> Names(ZoneFacts zone);

    /// <summary>The check that tells a missing record.</summary>
    protected abstract string Absence { get; }

    protected override CheckResult Judge(IdentityFacts facts, ZoneFacts zone)
    {
        var names = Names(zone).ToList();
        var expected = $"every server of {string.Join(" and ", names.Select(survey => survey.LastZone?.Zone.Value ?? $"the zone of {survey.Name}").Distinct())} gives the same records of {names[0].Name}";
        var apart = names.SelectMany(survey => survey.Steps).FirstOrDefault(step => step.Contents.Count > 1);
        if (apart is not null)
            return Bad($"{apart.At}: {apart.Describe()}", expected, FixFor(apart)) with { Zone = apart.Zone?.Value };
        if (names.All(survey => survey.Ending is SurveyEnding.Loop or SurveyEnding.TooDeep))
            return NotApplicable($"{names[0].Name} leads nowhere: {names[0].Trouble}");
        // One silent server is no disagreement, and no agreement either.
        var unheard = names.FirstOrDefault(survey => survey.Ending != SurveyEnding.Complete || survey.Steps.IsEmpty || survey.Steps.Any(step => step.Contents.Count == 0 || step.Unheard.Count > 0));
        if (unheard is not null)
            return Unknown(TroubleOf(unheard), expected, WordsOf(unheard), unheard.Last?.Zone?.Value);
        if (names.All(survey => survey.IsAbsent))
            return NotApplicable($"no server has such a record of {names[0].Name} ({Absence})");
        var present = names.Where(survey => !survey.IsAbsent).ToList();
        return Pass(string.Join("; ", present.Select(survey => $"{survey.Last!.Servers.Length} of {survey.Last.Servers.Length} server addresses say {TypeOf(survey)} {survey.Content}")), expected) with
        {
            Ttl = present.SelectMany(WordsOf).Where(word => word.IsDefinite).Min(word => word.Answer.Ttl),
        };
    }

    private static string FixFor(SurveyStep step)
    {
        var groups = step.Servers.Where(server => server.IsHeard).GroupBy(server => server.Words.First(word => word.IsDefinite).Content, StringComparer.Ordinal).OrderBy(group => group.Count()).ToList();
        var fewest = string.Join(", ", groups[0].Select(server => server.ToString()).Distinct(StringComparer.Ordinal));
        return $"Let the secondary servers of {step.Zone} transfer the zone anew (look first at {fewest}): check notifications, the serial and who may transfer; a server that is not the zone's any more must leave its NS records";
    }
}

/// <summary>ZN-01: every server of the reverse zone gives the same PTR records.</summary>
public sealed class ReverseServersAgreeCheck() : ServersAgreeCheck(new CheckCard("ZN-01", CheckKind.Dns)
{
    Title = "every name server of the reverse zone gives the same PTR records",
    Severity = FindingSeverity.Fail,
    Evidence = "PTR from every address of every server of the reverse zone, over UDP and TCP", EnforcedBy = "receivers that happen to ask the other server: 5.7.25 now and then",
    Fix = FixKind.Dns, Remedy = "Let the secondary servers transfer the zone anew", Article = "servers-disagree",
})
{
    protected override string Absence => "PT-01, PT-02";

    protected override IEnumerable<NameSurvey> Names(ZoneFacts zone) => [zone.Pointer];
}

/// <summary>ZN-02: every server of the EHLO name's zone gives the same addresses.</summary>
public sealed class NameServersAgreeCheck() : ServersAgreeCheck(new CheckCard("ZN-02", CheckKind.Dns)
{
    Title = "every name server of the EHLO name's zone gives the same addresses",
    Severity = FindingSeverity.Fail,
    Evidence = "A and AAAA from every address of every server of the name's zone, over UDP and TCP", EnforcedBy = "receivers that happen to ask the other server",
    Fix = FixKind.Dns, Remedy = "Let the secondary servers transfer the zone anew", Article = "servers-disagree",
})
{
    protected override string Absence => "EH-04";

    protected override IEnumerable<NameSurvey> Names(ZoneFacts zone) => zone.EhloOtherFamily is { } other ? [zone.Ehlo, other] : [zone.Ehlo];
}

/// <summary>ZN-12: the servers of a zone are at the same serial.</summary>
public sealed class SerialsCheck() : ZoneCheck(new CheckCard("ZN-12", CheckKind.Dns)
{
    Title = "all name servers of a zone are at the same serial",
    Severity = FindingSeverity.Warn,
    Evidence = "SOA from every address of every server of both zones", EnforcedBy = "nobody; it is how a change that stays half done begins",
    Fix = FixKind.Dns, Remedy = "Let the secondary servers transfer the zone; raise the serial with each change", Article = "serials-differ",
})
{
    protected override CheckResult Judge(IdentityFacts facts, ZoneFacts zone)
    {
        const string Expected = "one serial at all servers of a zone";
        var zones = zone.Zones.ToList();
        foreach (var one in zones)
        {
            var serials = one.Servers.Where(server => server.Start is not null).GroupBy(server => server.Start!.Serial).OrderBy(group => group.Key, Comparer<uint>.Create(ByAge)).ToList();
            if (serials.Count < 2)
                continue;
            var behind = string.Join(", ", serials.SkipLast(1).SelectMany(group => group));
            return Bad($"{one.Zone}: {string.Join("; ", serials.Select(group => $"{string.Join(", ", group)} at {group.Key}"))}", Expected,
                $"Let {behind} transfer {one.Zone}: check notifications, who may transfer, and that the serial was raised. Where several primary servers count serials of their own this means nothing") with
            { Zone = one.Zone.Value };
        }
        var unheard = zones.FirstOrDefault(one => one.Servers.GroupBy(server => server.Server).Any(group => group.All(server => server.Start is null)) || one.Servers.IsEmpty);
        if (unheard is not null || zones.Count == 0)
            return Unknown(unheard?.Trouble ?? (unheard is null ? "no zone was found" : string.Join("; ", unheard.Servers.Where(server => server.Start is null).Select(server => $"{server}: {server.Soa.Words}"))), Expected,
                unheard?.Servers.SelectMany(server => server.Words) ?? [], unheard?.Zone.Value);
        return Pass(string.Join("; ", zones.Select(one => $"{one.Zone} at {one.Servers.First(server => server.Start is not null).Start!.Serial}")), Expected);
    }

    /// <summary>Serials go round: RFC 1982 §3.2.</summary>
    private static int ByAge(uint one, uint other) => one == other ? 0 : (int)(one - other) < 0 ? -1 : 1;
}
