using System.Collections.Concurrent;
using Namesake.Core.Brands;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>Who has how much of the dispatcher's memory, and who may have more.</summary>
/// <remarks>A brand may have up to four times what is free at that moment (dynamic thresholds, Choudhury and Hahne 1998): one alone gets four fifths, two get four
/// ninths each, and there is always room for one that comes new, without anybody being driven out or anybody counting who wants in.</remarks>
/// <param name="window">Most consignments in memory.</param>
/// <param name="windowBytes">Most bytes of content in memory.</param>
internal sealed class WindowShares(int window, long windowBytes)
{
    private const int TimesFree = 4;

    private sealed class Share
    {
        public int Count;
        public long Bytes;
    }

    private readonly ConcurrentDictionary<BrandId, Share> _shares = new();
    private int _count;
    private long _bytes;

    public int Count => Volatile.Read(ref _count);

    public int Free => window - Count;

    public void Enter(BrandId brand, int bytes)
    {
        var share = _shares.GetOrAdd(brand, static _ => new Share());
        Interlocked.Increment(ref share.Count);
        Interlocked.Increment(ref _count);
        if (bytes == 0)
            return;
        Interlocked.Add(ref share.Bytes, bytes);
        Interlocked.Add(ref _bytes, bytes);
    }

    /// <returns>How many are left, of all brands.</returns>
    public int Leave(BrandId brand, int bytes)
    {
        var share = _shares[brand];
        Interlocked.Decrement(ref share.Count);
        if (bytes != 0)
        {
            Interlocked.Add(ref share.Bytes, -bytes);
            Interlocked.Add(ref _bytes, -bytes);
        }

        return Interlocked.Decrement(ref _count);
    }

    /// <summary>How many more of a brand may come in.</summary>
    public int RoomOf(BrandId brand)
    {
        var (free, has) = (Free, _shares.TryGetValue(brand, out var share) ? Volatile.Read(ref share.Count) : 0);
        var above = (TimesFree * (long)free) - has;
        // Each that comes in takes from what is free too. Rounded up: where anything is left, one may come.
        return above <= 0 ? 0 : (int)Math.Min(free, (above + TimesFree) / (TimesFree + 1));
    }

    /// <summary>Whether a brand's content may stay in memory until its first attempt.</summary>
    public bool HasBytesFor(BrandId brand) =>
        (_shares.TryGetValue(brand, out var share) ? Interlocked.Read(ref share.Bytes) : 0) < TimesFree * (windowBytes - Interlocked.Read(ref _bytes));
}
