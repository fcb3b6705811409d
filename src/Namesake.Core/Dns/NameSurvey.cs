using System.Collections.Immutable;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns;

public enum SurveyEnding
{
    /// <summary>The last step's servers were asked and lead nowhere else.</summary>
    Complete,

    /// <summary>A CNAME leads back to a name already met.</summary>
    Loop,

    /// <summary>The chain is longer than is followed.</summary>
    TooDeep,

    /// <summary>The zone of the last name could not be found.</summary>
    NoZone,
}

/// <summary>One name and type as everybody sees it: each server of its zone, and several resolvers.</summary>
/// <param name="Vantage">From where it was looked: the node's name.</param>
public sealed record NameSurvey(DomainName Name, RecordType Type, string Vantage, DateTimeOffset At)
{
    /// <summary>The asked name first, then one for each CNAME that most servers give.</summary>
    public ImmutableArray<SurveyStep> Steps { get; init; } = [];

    public SurveyEnding Ending { get; init; }

    /// <summary>Why the way ended early, in plain words.</summary>
    public string? Trouble { get; init; }

    /// <summary>The zones of the steps, each once.</summary>
    public ImmutableArray<ZoneSurvey> Zones { get; init; } = [];

    /// <summary>Empty where none were asked this time.</summary>
    public ImmutableArray<ResolverWord> Resolvers { get; init; } = [];

    /// <summary>A classless child zone that would cover the name and that its parent's record doesn't lead into; looked for only when there is no record.</summary>
    public DomainName? UnusedChildZone { get; init; }

    public SurveyStep? Last => Steps.IsEmpty ? null : Steps[^1];

    /// <summary>The zone that holds the record, or would.</summary>
    public ZoneSurvey? LastZone => Zones.FirstOrDefault(zone => zone.Zone == Last?.Zone);

    /// <summary>What the zone's servers say where all that speak agree; null where they don't, or nobody speaks.</summary>
    public string? Content => Ending == SurveyEnding.Complete && Last?.Contents is [var only] ? only : null;

    /// <summary>They agree that there is no such record.</summary>
    public bool IsAbsent => Content is "";

    /// <summary>How long a resolver may remember what is there now, from the moment it changes: the record's TTL, or the negative TTL of its zone. Null when not known.</summary>
    public TimeSpan? Remembered => Content switch
    {
        null => null,
        "" => LastZone?.NegativeTtl,
        _ => Last!.Definite.Max(word => word.Answer.Ttl),
    };

    /// <summary>What the validating resolvers make of it together.</summary>
    public DnssecState Security
    {
        get
        {
            var validating = Resolvers.Where(word => word.IsBelieved).Select(word => word.Security).Where(state => state != DnssecState.Unvalidated).ToList();
            var known = validating.Where(state => state != DnssecState.Unknown).Distinct().ToList();
            return validating.Count == 0 ? DnssecState.Unvalidated : known is [var only] ? only : DnssecState.Unknown;
        }
    }
}
