using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Facts;

/// <summary>What everybody who was asked says about one name and type, weighed.</summary>
/// <remarks>The zone's own servers outrank a resolver, whose cache may be old: as soon as one of them answers, only they have a voice. Where none can be asked (a firewall
/// that lets only the resolver out) the resolver's definite answer counts. Servers that don't answer have no voice; servers that disagree make the question unknown.</remarks>
public sealed record DnsEvidence
{
    private DnsEvidence(DomainName name, RecordType type) => (Name, Type) = (name, type);

    public DomainName Name { get; }

    public RecordType Type { get; }

    /// <summary>The definite answers that count.</summary>
    public ImmutableArray<DnsAnswer> Voices { get; private init; } = [];

    /// <summary>Only our resolver spoke.</summary>
    public bool ResolverOnly { get; private init; }

    /// <summary>Why nobody has a voice.</summary>
    public UnknownCause Cause { get; private init; }

    /// <summary>Null when the zone could not be found.</summary>
    public string? Zone { get; private init; }

    /// <summary>Who was asked and how that ended, in words; for the unknown.</summary>
    public string Trouble { get; private init; } = "";

    public bool IsDefinite => !Voices.IsEmpty;

    public TimeSpan Ttl => Voices.IsEmpty ? TimeSpan.Zero : Voices.Min(voice => voice.Ttl);

    /// <summary>The name the record really stands at: behind the CNAMEs of a classless reverse zone (RFC 2317) it is another one.</summary>
    public DomainName Owner => Voices.IsEmpty || Voices[0].Aliases.IsEmpty ? Name : Voices[0].Aliases[^1];

    /// <summary>Where CNAMEs lead from <see cref="Name"/>, as the first voice that meets one tells it; empty mostly.</summary>
    public ImmutableArray<DomainName> Aliases => Voices.FirstOrDefault(voice => !voice.Aliases.IsEmpty)?.Aliases ?? [];

    public IEnumerable<IPAddress> Addresses => Voices.SelectMany(voice => voice.Addresses).Distinct();

    /// <summary>All PTR targets any voice names, as written.</summary>
    public IEnumerable<PointerRecord> Pointers => Voices.SelectMany(voice => voice.Pointers).DistinctBy(pointer => pointer.Target);

    public static DnsEvidence Weigh(DomainName name, RecordType type, DnsAnswer? resolver, AuthoritativeAnswers? authoritative)
    {
        var own = authoritative?.Definite.ToImmutableArray() ?? [];
        var zone = authoritative?.Zone?.Value;
        if (!own.IsEmpty)
            return new(name, type) { Voices = own, Zone = zone };
        if (resolver is { IsDefinite: true })
            return new(name, type) { Voices = [resolver], ResolverOnly = true, Zone = zone };
        var asked = authoritative?.Answers ?? [];
        return new(name, type) { Zone = zone, Cause = CauseOf(asked, resolver), Trouble = Describe(asked, resolver, authoritative?.Trouble) };
    }

    /// <summary>Pass when every voice agrees to the question, bad when every voice denies it, unknown when they disagree or nobody speaks.</summary>
    public CheckOutcome Ask(Func<DnsAnswer, bool> question)
    {
        var (yes, no) = (0, 0);
        foreach (var voice in Voices)
            _ = question(voice) ? yes++ : no++;
        return (yes, no) switch
        {
            ( > 0, 0) => CheckOutcome.Pass,
            (0, > 0) => CheckOutcome.Bad,
            _ => CheckOutcome.Unknown,
        };
    }

    /// <summary>The content in a few words; where the servers disagree, who says what.</summary>
    public string Describe()
    {
        if (Voices.IsEmpty)
            return $"{Type.Word()} of {Name}: {Trouble}";
        var groups = Voices.GroupBy(Content, StringComparer.Ordinal).ToList();
        return groups.Count == 1
            ? groups[0].Key
            : "partly propagated: " + string.Join("; ", groups.Select(group => $"{string.Join(", ", group.Select(voice => voice.Server))} says {group.Key}"));
    }

    private string Content(DnsAnswer voice)
    {
        var type = Type.Word();
        return voice.Outcome switch
        {
            DnsOutcome.NameError => $"{Name} does not exist (NXDOMAIN)",
            DnsOutcome.NoData => $"{Name} has no {type} record",
            _ when Type == RecordType.MX => $"{Name} {type} {string.Join(", ", voice.Records.OfType<MXRecord>().OrderBy(record => record.Preference).Select(record => record.Exchange?.Value ?? "."))}",
            _ when Type == RecordType.Ptr => $"{type} {string.Join(", ", voice.Pointers.Select(pointer => pointer.Target).Order(StringComparer.Ordinal))}",
            _ => $"{Name} {type} {string.Join(", ", voice.Addresses.Select(address => address.ToString()).Order(StringComparer.Ordinal))}",
        };
    }

    private static UnknownCause CauseOf(ImmutableArray<DnsAnswer> asked, DnsAnswer? resolver)
    {
        static bool Silent(DnsAnswer answer) => answer.Outcome is DnsOutcome.TimedOut or DnsOutcome.Unreachable;
        if (!asked.IsEmpty)
            return asked.All(Silent) ? UnknownCause.Silent : UnknownCause.Trouble;
        // The servers could not even be found. A resolver that fails for this zone while it works for others says the same: they are silent.
        return resolver is null || Silent(resolver) || resolver.Outcome == DnsOutcome.ServerFailure ? UnknownCause.Silent : UnknownCause.Trouble;
    }

    private static string Describe(ImmutableArray<DnsAnswer> asked, DnsAnswer? resolver, string? trouble)
    {
        var said = asked.Select(answer => $"{answer.Server} {answer.Outcome.Words()}").ToList();
        if (asked.IsEmpty && trouble is not null)
            said.Add(trouble);
        if (resolver is not null)
            said.Add($"{resolver.Server} {resolver.Outcome.Words()}");
        return said.Count == 0 ? "nobody was asked" : string.Join(", ", said);
    }
}
