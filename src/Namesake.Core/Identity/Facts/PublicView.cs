using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Facts;

/// <summary>What the Internet sees of one name: public resolvers where they were asked and agree, else the zone's servers on public addresses.</summary>
/// <param name="Content">Null when the public itself does not agree, or nobody of it speaks.</param>
/// <param name="Ttl">The longest that any of them lets it be remembered.</param>
/// <param name="From">Whose view it is, in words.</param>
public sealed record PublicView(string? Content, TimeSpan Ttl, string From)
{
    /// <summary>Null when nobody public was asked.</summary>
    public static PublicView? Of(NameSurvey survey, ImmutableArray<IPRange> treatAsPublic)
    {
        ArgumentNullException.ThrowIfNull(survey);
        var resolvers = survey.Resolvers.Where(word => word.Resolver.IsPublic && word is { IsBelieved: true, Best.IsDefinite: true }).Select(word => word.Best).ToList();
        if (resolvers.Count > 0)
            return Seen(resolvers, "public resolvers");
        if (survey.Ending != SurveyEnding.Complete || survey.Last is not { } last)
            return null;
        var servers = last.Servers.Where(server => SpecialAddresses.IsPublic(server.Address) || treatAsPublic.Any(range => range.Contains(server.Address)))
            .SelectMany(server => server.Words).Where(word => word.IsDefinite).ToList();
        return servers.Count == 0 ? null : Seen(servers, $"the servers of {last.Zone}");
    }

    private static PublicView Seen(List<DnsWord> words, string from) =>
        new(words.Select(word => word.Content).Distinct(StringComparer.Ordinal).ToList() is [var only] ? only : null, words.Max(word => word.Answer.Ttl), from);
}
