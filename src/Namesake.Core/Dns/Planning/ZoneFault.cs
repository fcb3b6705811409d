namespace Namesake.Core.Dns.Planning;

/// <summary>The way to the zone that would hold a record is broken: no record helps before it is mended. RFC 2317 §4, RFC 4183</summary>
/// <param name="Ticket">To who runs the zone in which it is to be mended.</param>
internal sealed record ZoneFault(string Text, string Ticket)
{
    private const int MostAliases = 2; // ZN-06

    public static ZoneFault? Of(NameSurvey survey)
    {
        if (survey.Steps.IsEmpty)
            return null;
        var chain = string.Join(" → ", survey.Steps.Select(step => step.At.Value));
        var first = survey.Steps[0];
        var last = survey.Steps[^1];
        return survey switch
        {
            { Ending: SurveyEnding.Loop } => new($"{chain} is a loop of CNAMEs: no record can be put at its end",
                $"Please remove the CNAME record of {last.At}: it leads back to {survey.Name}, so that its reverse DNS can't be found."),
            { Ending: SurveyEnding.TooDeep } or { Steps.Length: > MostAliases + 1 } => new($"{chain}: more than {MostAliases} CNAMEs, which many receivers don't follow (ZN-06)",
                $"Please let {survey.Name} be a CNAME straight to the name that holds its PTR record; it takes more than {MostAliases} CNAMEs now."),
            { UnusedChildZone: { } child } => new($"{child} is delegated and would hold the record, but {survey.Name} has no CNAME into it: what is written there is never found",
                $"Please add this record to {first.Zone}, so that the delegated zone {child} is used (RFC 2317 section 4):\n{survey.Name}. CNAME {survey.Name.Labels[0]}.{child}."),
            { Steps.Length: > 1, LastZone: { Servers.IsEmpty: true, WithoutAddress: { IsEmpty: false } gone } } => new($"{chain}: {last.Zone} is delegated to {string.Join(", ", gone)}, which has no address: nobody serves it",
                $"Please delegate {last.Zone} to name servers that serve it; {string.Join(", ", gone)} has no address."),
            _ => null,
        };
    }
}
