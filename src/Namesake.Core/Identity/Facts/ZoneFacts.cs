using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Facts;

/// <summary>What each server of the reverse zone and of the EHLO name's zone says, what public resolvers say, and how well both zones are kept. For group ZN.</summary>
/// <param name="Pointer">The PTR record of the public address. Vantage and time of the look are here; who said what when is in each word.</param>
/// <param name="Ehlo">A or AAAA of the EHLO name, the family of the public address.</param>
/// <param name="EhloOtherFamily">The other family's; null when it was not asked.</param>
public sealed record ZoneFacts(NameSurvey Pointer, NameSurvey Ehlo, NameSurvey? EhloOtherFamily)
{
    /// <summary>Servers and resolvers on the reverse path that failed in this look or in one before, and have not been well for long since.</summary>
    public ImmutableArray<ServerTrouble> Troubles { get; init; } = [];

    /// <summary>Where a resolver of ours says something else than the public DNS.</summary>
    public ImmutableArray<ViewApart> ViewsApart { get; init; } = [];

    /// <summary>Whether we may write the PTR record; null: nobody has tried to find out.</summary>
    public WriteAuthority? Authority { get; init; }

    /// <summary>The registry of records that we have written, those of this source; null: there is no registry here.</summary>
    public ImmutableArray<WrittenRecord>? Written { get; init; }

    public IEnumerable<NameSurvey> Surveys => EhloOtherFamily is null ? [Pointer, Ehlo] : [Pointer, Ehlo, EhloOtherFamily];

    /// <summary>The zones of all three names, each once.</summary>
    public IEnumerable<ZoneSurvey> Zones => Surveys.SelectMany(survey => survey.Zones).DistinctBy(zone => zone.Zone);

    /// <summary>When the last resolver has forgotten what DNS says now, were it put right at that moment; null where that is not known.</summary>
    public DateTimeOffset? EarliestGreen(DateTimeOffset fixedAt) => Pointer.Remembered is { } pointer && Ehlo.Remembered is { } ehlo ? fixedAt + (pointer > ehlo ? pointer : ehlo) : null;
}

/// <summary>A server, or a resolver, that has failed more than it should.</summary>
/// <param name="Server">As in the words: "ns1.host.example 192.0.2.53", "resolver 192.0.2.1:53".</param>
/// <param name="About">The zone, or the name where only that fails.</param>
/// <param name="Kinds">What was seen, in words, each once.</param>
/// <param name="Failed">Looks that failed, at least some seconds apart.</param>
/// <param name="Looks">All since the first that failed.</param>
public sealed record ServerTrouble(string Server, DomainName About, ImmutableArray<string> Kinds, int Failed, int Looks, DateTimeOffset Since, DateTimeOffset Latest)
{
    /// <summary>Looks that must have failed before it is a finding: one may be a lost packet, two a restart.</summary>
    public const int Enough = 3;

    public bool IsRepeated => Failed >= Enough;
}

/// <summary>A resolver's answer that is not the public one.</summary>
/// <param name="Public">What the public DNS says instead; where that changes it is another difference.</param>
/// <param name="CacheEnds">When what it and the public resolvers remembered at first is over: if they differ still, memory is no excuse.</param>
/// <param name="Latest">The last look at which they differed.</param>
public sealed record ViewApart(string Resolver, DomainName Name, RecordType Type, string Says, string Public, DateTimeOffset Since, DateTimeOffset CacheEnds, DateTimeOffset Latest)
{
    /// <summary>A TTL counts whole seconds: a resolver may give its answer a second longer than it says, and so may the one behind it.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(2);

    public bool OutlivesMemory => Latest > CacheEnds + Rounding;
}

public enum WriteAccess
{
    /// <summary>There is a key or an account, and nobody has tried it.</summary>
    Untried,

    /// <summary>The server or the provider has said that we may.</summary>
    Proven,

    /// <summary>It has said that we may not, or nothing is configured for this zone.</summary>
    None,

    /// <summary>It could not be asked.</summary>
    Unreachable,
}

/// <summary>Whether we may write a zone.</summary>
/// <param name="By">How: "TSIG key acme-update at 192.0.2.53", "the provider's interface".</param>
/// <param name="Detail">What was said, in words; empty when nothing.</param>
public sealed record WriteAuthority(DomainName Zone, WriteAccess Access, string By, string Detail, DateTimeOffset At);

/// <summary>A record that we have written: ours as long as DNS says the same.</summary>
/// <param name="Values">All data of the name and type, as <see cref="DnsRecord.Value"/> has it.</param>
/// <param name="Plan">The plan it was written by, as people know it.</param>
public sealed record WrittenRecord(DomainName Name, RecordType Type, ImmutableArray<string> Values, DateTimeOffset At, string Plan)
{
    /// <summary>To compare with <see cref="DnsWord.Content"/>.</summary>
    public string Content => string.Join(", ", Values.Order(StringComparer.Ordinal));
}
