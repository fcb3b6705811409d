namespace Namesake.Core.Suppression;

/// <summary>Which keys may be in the list: eight bytes each, so that every recipient of every message can be looked up in memory and a list may be long. Says yes for a stranger once in four
/// billion times a million; the store is asked then.</summary>
/// <remarks>A million take 20 to 40 MB. The hashes are this process's own: nobody can choose addresses that collide.</remarks>
internal sealed class Fingerprints
{
    private const int Stripes = 16;

    private readonly HashSet<ulong>[] _sets = [.. Enumerable.Range(0, Stripes).Select(_ => new HashSet<ulong>())];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public bool Contains(SuppressionKey key)
    {
        if (Count == 0)
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
            if (set.Add(print))
                Interlocked.Increment(ref _count);
    }

    public void Remove(SuppressionKey key)
    {
        if (Count == 0)
            return;
        var print = Of(key);
        var set = _sets[print % Stripes];
        lock (set)
            if (set.Remove(print))
                Interlocked.Decrement(ref _count);
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
