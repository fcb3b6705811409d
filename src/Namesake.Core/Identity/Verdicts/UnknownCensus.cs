using System.Collections.Immutable;

namespace Namesake.Core.Identity.Verdicts;

/// <summary>Counts the sources DNS can't be told of, to tell a customer's silent zone from trouble of our own.</summary>
/// <remarks>Trouble of ours: more than the share of all sources, at least two, and not all for want of one and the same zone. Not thread-safe: its owner locks.</remarks>
public sealed class UnknownCensus<TSource>
    where TSource : notnull
{
    private readonly Dictionary<TSource, ImmutableArray<string?>> _unknown = [];
    private readonly Dictionary<string, int> _zones = new(StringComparer.Ordinal);

    public int Count => _unknown.Count;

    /// <param name="zones">The zones whose answers are missing, null for one that couldn't be found; empty when nothing is.</param>
    public void Report(TSource source, ImmutableArray<string?> zones)
    {
        Remove(source);
        if (zones.IsEmpty)
            return;
        _unknown.Add(source, zones);
        foreach (var zone in zones)
            _zones[zone ?? ""] = _zones.GetValueOrDefault(zone ?? "") + 1;
    }

    public void Remove(TSource source)
    {
        if (!_unknown.Remove(source, out var zones))
            return;
        foreach (var zone in zones)
            if (--_zones[zone ?? ""] == 0)
                _zones.Remove(zone ?? "");
    }

    public bool IsDoubtful(int sources, double share) =>
        _unknown.Count >= 2 && _unknown.Count > sources * share && (_zones.Count > 1 || _zones.ContainsKey(""));
}
