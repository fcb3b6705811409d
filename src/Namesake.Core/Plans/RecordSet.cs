using System.Collections.Immutable;

namespace Namesake.Core.Plans;

/// <summary>All records of one name and type (RFC 2181 §5), as its zone holds them.</summary>
/// <param name="Ttl">Seconds.</param>
/// <param name="Values">The data as in a zone file: names absolute, with the dot at the end and in the case the server keeps; ordered.</param>
public sealed record RecordSet(int Ttl, ImmutableArray<string> Values)
{
    public static RecordSet Of(int ttl, params ReadOnlySpan<string> values) => new(ttl, [.. values.ToArray().Order(StringComparer.Ordinal)]);

    /// <summary>The same data, whatever the TTL and the case: what a prerequisite compares (RFC 2136 §2.4.2, RFC 4343).</summary>
    public bool Says(RecordSet? other) => other is not null
        && Values.Order(StringComparer.OrdinalIgnoreCase).SequenceEqual(other.Values.Order(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);

    /// <summary>None twice, or the same data.</summary>
    public static bool Same(RecordSet? one, RecordSet? other) => one is null ? other is null : one.Says(other);

    public bool Equals(RecordSet? other) => other is not null && Ttl == other.Ttl && Values.SequenceEqual(other.Values, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Ttl, Values.Length, Values.Length == 0 ? "" : Values[0]);

    public override string ToString() => $"{string.Join(", ", Values)} (TTL {Ttl})";
}
