using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>ZN-09: how long resolvers remember what is there now, so that one knows when a fix can be seen.</summary>
public sealed class NegativeCachingCheck() : ZoneCheck(new CheckCard("ZN-09", CheckKind.Dns)
{
    Title = "what is missing now is not remembered for longer than a day after it is put right",
    Severity = FindingSeverity.Info,
    Evidence = "SOA minimum of both zones, TTL of the records", EnforcedBy = "nobody; it says when a fix can be seen",
    Fix = FixKind.Dns, Remedy = "Lower the last number of the SOA record: an hour is usual", Article = "negative-caching",
})
{
    // RFC 2308 §5: one to three hours work well, above a day it has been found to be a problem.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    protected override CheckResult Judge(IdentityFacts facts, ZoneFacts zone)
    {
        var expected = $"an absence is remembered for at most {Days(Longest)}";
        var zones = new[] { zone.Pointer.LastZone, zone.Ehlo.LastZone }.OfType<ZoneSurvey>().DistinctBy(one => one.Zone).ToList();
        if (zones.Find(one => one.NegativeTtl > Longest) is { } slow)
            return Bad($"{slow.Zone}: {Days(slow.NegativeTtl!.Value)}. {Visible(zone)}", expected, $"Lower the SOA minimum of {slow.Zone} to 3600 seconds") with { Zone = slow.Zone.Value };
        return zones.Count == 0 || zones.Exists(one => one.NegativeTtl is null)
            ? Unknown("the SOA record of " + (zones.Find(one => one.NegativeTtl is null)?.Zone.Value ?? $"the zone of {zone.Pointer.Name}") + " could not be read", expected, zones.SelectMany(one => one.Servers).Select(server => server.Soa))
            : Pass($"{string.Join("; ", zones.Select(one => $"{one.Zone}: {Days(one.NegativeTtl!.Value)}"))}. {Visible(zone)}", expected);
    }

    private static string Visible(ZoneFacts zone) => zone.EarliestGreen(zone.Pointer.At) is { } green
        ? $"What is put right now is seen by everybody at {green:yyyy-MM-dd HH:mm} UTC (earliest green)"
        : "When a fix is seen by everybody is not known: the servers don't agree on what is there now";
}

/// <summary>ZN-10: we may write the PTR record, or know whom to ask.</summary>
public sealed class WriteAuthorityCheck() : ZoneCheck(new CheckCard("ZN-10", CheckKind.Dns)
{
    Title = "we may write the PTR record ourselves",
    Severity = FindingSeverity.Info, When = CheckMoments.Audit | CheckMoments.Plan,
    Evidence = "the key or account configured for the reverse zone, as tried", EnforcedBy = "nobody; without it a person must be asked",
    Fix = FixKind.Operator, Remedy = "Send the holder of the address the text of the finding, or configure a key for the zone", Article = "reverse-authority",
})
{
    protected override CheckResult Judge(IdentityFacts facts, ZoneFacts zone)
    {
        const string Expected = "a key or an account that may write the reverse zone";
        return zone.Authority switch
        {
            null => NotObservable("nobody has tried yet whether we may write the reverse zone"),
            { Access: WriteAccess.Proven } may => Pass($"{may.By} may write {may.Zone}", Expected),
            { Access: WriteAccess.None } may => Bad($"nobody here may write {may.Zone}{(may.Detail.Length == 0 ? "" : $": {may.Detail}")}", Expected, Ticket(facts, zone, may)),
            { Access: WriteAccess.Untried } may => Unknown($"{may.By} is configured for {may.Zone} and was not tried yet", Expected, UnknownCause.None),
            var may => Unknown($"{may.By} could not be asked{(may.Detail.Length == 0 ? "" : $": {may.Detail}")}", Expected, UnknownCause.Silent),
        };
    }

    /// <summary>What to send to whoever gave us the address: zone, record, and the proof that the name is ours.</summary>
    private static string Ticket(IdentityFacts facts, ZoneFacts zone, WriteAuthority may)
    {
        var source = facts.Source;
        var forward = FixText.Record(source.Ehlo, FixText.AddressType(source), source.PublicAddress.ToString());
        var isThere = zone.Ehlo.Last?.Definite.Any(word => word.Answer.Addresses.Contains(source.PublicAddress)) == true;
        return $"Send to the holder of {source.PublicAddress}: Please set the reverse DNS of {source.PublicAddress}: {FixText.Record(zone.Pointer.Last?.At ?? zone.Pointer.Name, "PTR", source.Ehlo.Value)} in the zone {may.Zone}, as the only PTR record. "
            + (isThere ? $"The name leads to the address already ({forward})." : $"The name will lead to the address ({forward}).");
    }
}

/// <summary>ZN-11: what we have written is still as we wrote it.</summary>
public sealed class OwnRecordsCheck() : ZoneCheck(new CheckCard("ZN-11", CheckKind.Dns)
{
    Title = "records that we have written were not changed by others",
    Severity = FindingSeverity.Warn, When = CheckMoments.Audit | CheckMoments.Plan,
    Evidence = "the registry of what was written, beside what the zones' servers say", EnforcedBy = "nobody; what others have changed is not ours to change back without asking",
    Fix = FixKind.Dns | FixKind.Operator, Remedy = "Find out who changed the record; then plan anew, or give the record up", Article = "record-changed-by-others",
})
{
    protected override CheckResult Judge(IdentityFacts facts, ZoneFacts zone)
    {
        const string Expected = "the records as they were written";
        if (zone.Written is not { } written)
            return NotObservable("there is no registry of written records here");
        var steps = zone.Surveys.SelectMany(survey => survey.Steps.Select(step => (survey.Type, Step: step))).ToList();
        var ours = written.Select(record => (Record: record, steps.Find(each => each.Type == record.Type && each.Step.At == record.Name).Step)).Where(pair => pair.Step is not null).ToList();
        if (ours.Count == 0)
            return NotApplicable("none of these records was written by us");
        var changed = ours.Where(pair => pair.Step.Contents is [var only] && only != pair.Record.Content).ToList();
        if (changed.Count > 0)
            return Bad(string.Join("; ", changed.Select(pair => $"{pair.Record.Name}: {pair.Step.Definite.First().Words}, written was {pair.Record.Type.Word()} {pair.Record.Content} ({pair.Record.Plan}, {pair.Record.At:yyyy-MM-dd HH:mm} UTC)")), Expected,
                $"Ask who else writes {string.Join(", ", changed.Select(pair => pair.Step.Zone?.Value).Distinct())}. If the record shall be ours, make a new plan: it asks before it overwrites what others wrote") with
            { Zone = changed[0].Step.Zone?.Value };
        var open = ours.Where(pair => pair.Step.Contents.Count != 1).ToList();
        return open.Count == 0
            ? Pass(string.Join("; ", ours.Select(pair => $"{pair.Record.Name} as written by {pair.Record.Plan}")), Expected)
            : Unknown(string.Join("; ", open.Select(pair => $"{pair.Record.Name}: {pair.Step.Describe()}")), Expected, open.SelectMany(pair => pair.Step.Servers).SelectMany(server => server.Words)) with
            { Cause = open.Exists(pair => pair.Step.Contents.Count > 1) ? UnknownCause.PartlyPropagated : UnknownCause.Trouble };
    }
}
