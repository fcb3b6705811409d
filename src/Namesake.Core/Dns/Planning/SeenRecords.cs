using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Dns.Planning;

/// <summary>How the records of one name and type stand: at the zone's servers, and at the place where they are written.</summary>
public sealed record SeenRecords(NameSurvey Survey)
{
    /// <summary>Who writes the zone; null: nobody here.</summary>
    public DnsProviderTraits? Provider { get; init; }

    /// <summary>What is there, as that provider reads it; null where nobody here writes the zone.</summary>
    public RecordReading? Held { get; init; }

    /// <summary>Whether we may; null: nobody has tried.</summary>
    public WriteAuthority? Authority { get; init; }
}
