using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Namesake.Core.Brands;

namespace Namesake.Core.Suppression;

/// <summary>Which keys may be in the list: eight bytes each, so that every recipient of every message can be looked up in memory and a list may be long. Says yes for a stranger once in four
/// billion times a million; the store is asked then.</summary>
/// <remarks>A million take 20 to 40 MB. The hashes are this process's own: nobody can choose addresses that collide.</remarks>
internal sealed class Fingerprints
{
    private const int Stripes = 16;

    private readonly HashSet<ulong>[] _sets = [.. Enumerable.Range(0, Stripes).Select(_ => new HashSet<ulong>())];
    private readonly ConcurrentDictionary<BrandId, StrongBox<int>> _ofBrands = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether the brand has any: asked before its recipients' keys are made, for most brands have none.</summary>
    public bool HasAny(BrandId brand) => Count > 0 && _ofBrands.TryGetValue(brand, out var count) && Volatile.Read(ref count.Value) > 0;

    public bool Contains(SuppressionKey key)
    {
        if (!HasAny(key.Brand))
            return false;
        var print = Of(key);
        var set = _sets[print % Stripes];
        lock (set)
            return set.Contains(print);
    }

    public void Add(SuppressionKey key)
    {
        var print = Of(key);
        var set = _sets[print % Stripes];
        lock (set)
        {
            if (!set.Add(print))
                return;
            Interlocked.Increment(ref _ofBrands.GetOrAdd(key.Brand, _ => new StrongBox<int>()).Value);
            Interlocked.Increment(ref _count);
        }
    }

    public void Remove(SuppressionKey key)
    {
        if (!HasAny(key.Brand))
            return;
        var print = Of(key);
        var set = _sets[print % Stripes];
        lock (set)
        {
            if (!set.Remove(print))
                return;
            Interlocked.Decrement(ref _ofBrands[key.Brand].Value);
            Interlocked.Decrement(ref _count);
        }
    }

    private static ulong Of(SuppressionKey key)
    {
        var (brand, address) = (key.Brand.Value.GetHashCode(StringComparison.Ordinal), key.Address);
        var first = HashCode.Combine(brand, address.GetHashCode(StringComparison.Ordinal));
        // Of another text, or two addresses with one hash would have both in common.
        var second = HashCode.Combine(string.GetHashCode(address.AsSpan(1), StringComparison.Ordinal), brand);
        return ((ulong)(uint)first << 32) | (uint)second;
    }
}
