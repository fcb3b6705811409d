using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>What must be seen more than once before it means something: servers that fail, views that differ.</summary>
/// <remarks>Only what is wrong is kept, until it was right <see cref="WellAgain"/> times in a row or a day has passed. A zone's server is looked at once for all names of the zone:
/// the same look, however many sources bring it, counts once.</remarks>
public sealed class ZoneBook
{
    /// <summary>Looks nearer to each other than this are one.</summary>
    public static readonly TimeSpan LeastGap = TimeSpan.FromSeconds(5);

    /// <summary>An answer that took longer counts as a failure: resolvers ask another server by then.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    private const int WellAgain = 3;
    private const int Capacity = 20_000;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Server, DomainName About), Entry> _troubles = [];
    private readonly Dictionary<(string Resolver, DomainName Name, RecordType Type), ViewApart> _apart = [];

    /// <summary>Enters one look at a name, and gives what is open against those who took part in it.</summary>
    public ImmutableArray<ServerTrouble> Note(NameSurvey survey)
    {
        ArgumentNullException.ThrowIfNull(survey);
        var looks = Looks(survey).ToList();
        lock (_gate)
        {
            Forget_NeedsLock(survey.At);
            foreach (var (server, about, words) in looks)
                Enter_NeedsLock(server, about, [.. words.Where(word => word is { WasAsked: true, HasNoRoute: false })]);
            return [.. looks.Select(look => (look.Server, look.About)).Distinct().Where(_troubles.ContainsKey).Select(key => _troubles[key].Told(key.Server, key.About))];
        }
    }

    /// <summary>Compares our own resolvers with the public view, and gives where they are apart.</summary>
    public ImmutableArray<ViewApart> Compare(NameSurvey survey, ImmutableArray<IPRange> treatAsPublic)
    {
        ArgumentNullException.ThrowIfNull(survey);
        if (PublicView.Of(survey, treatAsPublic) is not { Content: { } wanted })
            return [];
        var apart = ImmutableArray.CreateBuilder<ViewApart>();
        // Of either side: where the record was changed a moment ago it may be the public ones that remember.
        var ends = survey.Resolvers.Where(word => word.Best.IsDefinite).Select(word => word.Best.Answer.At + word.Best.Answer.Ttl).DefaultIfEmpty().Max();
        lock (_gate)
        {
            foreach (var word in survey.Resolvers.Where(word => !word.Resolver.IsPublic && word.Best.IsDefinite))
            {
                var key = (word.Resolver.ToString(), survey.Name, survey.Type);
                var said = word.Best;
                if (said.Content == wanted)
                {
                    _apart.Remove(key);
                    continue;
                }
                var known = _apart.GetValueOrDefault(key);
                var now = known is not null && known.Says == said.Content && known.Public == wanted
                    ? known with { Latest = said.Answer.At }
                    : new ViewApart(key.Item1, survey.Name, survey.Type, said.Content!, wanted, said.Answer.At, ends, said.Answer.At);
                if (known is not null || _apart.Count < Capacity)
                    _apart[key] = now;
                apart.Add(now);
            }
        }
        return apart.ToImmutable();
    }

    /// <summary>The zones' servers as such; a server about this name only where it serves the zone well; resolvers about this name.</summary>
    private static IEnumerable<(string Server, DomainName About, IEnumerable<DnsWord> Words)> Looks(NameSurvey survey)
    {
        foreach (var zone in survey.Zones)
            foreach (var server in zone.Servers)
                yield return (server.ToString(), zone.Zone, server.Words);
        foreach (var step in survey.Steps)
        {
            var well = survey.Zones.Where(zone => zone.Zone == step.Zone).SelectMany(zone => zone.Servers).Where(server => server.Words.All(word => Fault(word) is null)).Select(server => server.ToString()).ToHashSet(StringComparer.Ordinal);
            foreach (var server in step.Servers.Where(server => well.Contains(server.ToString())))
                yield return (server.ToString(), step.At, server.Words);
        }
        // A resolver that gives up on CNAMEs without end works well: the CNAMEs are ZN-06's finding.
        if (survey.Ending is SurveyEnding.Loop or SurveyEnding.TooDeep)
            yield break;
        foreach (var resolver in survey.Resolvers)
            yield return (resolver.Resolver.ToString(), survey.Name, [resolver.Udp]);
    }

    /// <summary>What is wrong with a word, in words; null when nothing.</summary>
    private static string? Fault(DnsWord word) => word switch
    {
        { Outcome: DnsOutcome.Truncated, Transport: DnsTransport.Udp } => null, // how UDP says: come by TCP
        { IsDefinite: false } => word.Transport == DnsTransport.Tcp ? $"{word.Outcome.Words()} over TCP" : word.Outcome.Words(),
        _ when word.Took > Slow => $"took {word.Took.TotalSeconds:0.0} s",
        _ => null,
    };

    private void Enter_NeedsLock(string server, DomainName about, IReadOnlyList<DnsWord> words)
    {
        if (words.Count == 0)
            return;
        var at = words.Max(word => word.Answer.At);
        var faults = words.Select(Fault).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (!_troubles.TryGetValue((server, about), out var entry) || at - entry.Latest > Kept)
        {
            _troubles.Remove((server, about));
            if (faults.Count == 0 || _troubles.Count >= Capacity)
                return;
            _troubles[(server, about)] = entry = new Entry { Since = at };
        }
        else if (at - entry.Latest < LeastGap)
            return;
        entry.Latest = at;
        entry.Looks++;
        entry.WellInARow = faults.Count == 0 ? entry.WellInARow + 1 : 0;
        entry.Failed += faults.Count == 0 ? 0 : 1;
        entry.Kinds = [.. entry.Kinds.Union(faults, StringComparer.Ordinal).Take(5)];
        if (entry.WellInARow == WellAgain)
            _troubles.Remove((server, about));
    }

    private void Forget_NeedsLock(DateTimeOffset now)
    {
        if (_troubles.Count + _apart.Count < Capacity / 2)
            return;
        foreach (var key in _troubles.Where(pair => now - pair.Value.Latest > Kept).Select(pair => pair.Key).ToList())
            _troubles.Remove(key);
        foreach (var key in _apart.Where(pair => now - pair.Value.Latest > Kept).Select(pair => pair.Key).ToList())
            _apart.Remove(key);
    }

    private sealed class Entry
    {
        public required DateTimeOffset Since { get; init; }

        public DateTimeOffset Latest { get; set; }

        public int Looks { get; set; }

        public int Failed { get; set; }

        public int WellInARow { get; set; }

        public ImmutableArray<string> Kinds { get; set; } = [];

        public ServerTrouble Told(string server, DomainName about) => new(server, about, Kinds, Failed, Looks, Since, Latest);
    }
}
