using System.Collections.Immutable;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns;

/// <summary>One name on the way: the asked one, or one a CNAME leads to.</summary>
/// <param name="Zone">Null when it could not be found.</param>
/// <param name="Servers">Every address of every server of that zone, as far as the bounds go.</param>
public sealed record SurveyStep(DomainName At, DomainName? Zone, ImmutableArray<ServerWord> Servers)
{
    public IEnumerable<DnsWord> Definite => Servers.SelectMany(server => server.Words).Where(word => word.IsDefinite);

    /// <summary>The different things that were said; one where all agree, none where nobody spoke.</summary>
    public IReadOnlyList<string> Contents => [.. Definite.Select(word => word.Content!).Distinct(StringComparer.Ordinal)];

    /// <summary>Servers that said nothing definite at any of their addresses.</summary>
    public IReadOnlyList<DomainName> Unheard =>
        [.. Servers.GroupBy(server => server.Server).Where(group => !group.Any(server => server.IsHeard)).Select(group => group.Key)];

    /// <summary>Who says what, grouped where several say the same.</summary>
    public string Describe() => string.Join("; ", Servers.SelectMany(server => server.Words.Select(word => (Server: server.ToString(), word.Transport, word.Words)))
        .GroupBy(said => said.Words, StringComparer.Ordinal)
        .Select(group => $"{string.Join(", ", group.GroupBy(said => said.Server, StringComparer.Ordinal).Select(Named))}: {group.Key}"));

    private string Named(IGrouping<string, (string Server, DnsTransport Transport, string Words)> said)
    {
        var asked = Servers.First(server => server.ToString() == said.Key).Words.Count();
        return said.Count() == asked ? said.Key : $"{said.Key} over {said.First().Transport.ToString().ToUpperInvariant()}";
    }
}
