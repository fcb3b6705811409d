using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>A check of what servers and resolvers say each for itself.</summary>
public abstract class ZoneCheck(CheckCard card) : IdentityCheck(card)
{
    public sealed override CheckResult Judge(IdentityFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return facts.Zone is { } zone ? Judge(facts, zone) : NotObservable("the zones' name servers were not asked one by one");
    }

    protected abstract CheckResult Judge(IdentityFacts facts, ZoneFacts zone);

    /// <summary>Nobody could tell, because of these words.</summary>
    protected CheckResult Unknown(string seen, string expected, IEnumerable<DnsWord> words, string? zone = null)
    {
        var failed = words.Where(word => !word.IsDefinite).ToList();
        return Unknown(seen, expected, failed.Count > 0 && failed.All(word => word.Outcome is DnsOutcome.TimedOut or DnsOutcome.Unreachable) ? UnknownCause.Silent : UnknownCause.Trouble) with { Zone = zone };
    }

    protected static string TypeOf(NameSurvey survey) => survey.Type.Word();

    /// <summary>Why nothing is known of a name's servers, in words.</summary>
    protected static string TroubleOf(NameSurvey survey) => survey.Trouble ?? (survey.Steps.IsEmpty ? $"nobody was asked about {survey.Name}" : survey.Last!.Describe() is { Length: > 0 } said ? said : $"no server of {survey.Last.Zone} is known");

    protected static IEnumerable<DnsWord> WordsOf(NameSurvey survey) => survey.Steps.SelectMany(step => step.Servers).SelectMany(server => server.Words);

    protected static string Days(TimeSpan span) => span.TotalHours >= 48 ? $"{span.TotalDays:0} days" : span.TotalMinutes >= 120 ? $"{span.TotalHours:0.#} hours" : span.TotalSeconds >= 120 ? $"{span.TotalMinutes:0} minutes" : $"{span.TotalSeconds:0} seconds";
}
