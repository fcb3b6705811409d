using System.Collections.Concurrent;
using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Identity.Authentication;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Sources;
using Namesake.Protocol.Headers;

namespace Namesake.Core.Identity;

/// <summary>The names in the headers of mail as it leaves, of the first messages of every brand and source in each hour; kept for a day, in memory. For AU-07.</summary>
/// <remarks>Delivery offers every message: all but a few an hour cost two look-ups. What a brand only passes on (From is not of its domains) bears its author's names, not ours, and is not looked at.</remarks>
public sealed class OutputSamples(Func<BrandDirectory> brands, TimeProvider time)
{
    /// <summary>Headers read of one brand and source in an hour.</summary>
    public const int PerHour = 20;

    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>Headers that turn out to be somebody else's count against this.</summary>
    private const int MostLooks = 200;

    /// <summary>Names kept of one brand and source; the oldest gives way. Ordinary mail has three or four.</summary>
    private const int MostNames = 30;

    private readonly ConcurrentDictionary<SourceId, ConcurrentDictionary<BrandId, Sample>> _samples = new();

    /// <param name="content">The message from its first octet on, as much as is at hand. Read before this returns.</param>
    public void Offer(SourceId source, BrandId brand, ReadOnlySpan<byte> content)
    {
        var now = time.GetUtcNow();
        var sample = _samples.GetOrAdd(source, static _ => new()).GetOrAdd(brand, static _ => new());
        if (!sample.MayLook(now))
            return;
        var header = content[..Math.Min(content.Length, OutputNames.MostOctets)];
        if (brands().Find(brand) is { } known && IsOf(known, HeaderScan.Read(header, isWhole: false)))
            sample.Keep(OutputNames.Of(header), now);
    }

    /// <summary>What was seen within a day of mail that left by this source.</summary>
    public ImmutableArray<(BrandId Brand, OutputName Name)> Of(SourceId source)
    {
        if (!_samples.TryGetValue(source, out var byBrand))
            return [];
        var oldest = time.GetUtcNow() - Kept;
        return [.. byBrand.OrderBy(pair => pair.Key.Value, StringComparer.Ordinal).SelectMany(pair => pair.Value.Since(oldest).Select(name => (pair.Key, name)))];
    }

    private static bool IsOf(Brand brand, HeaderFacts facts) =>
        facts is { From.IsEmpty: false, IsFromMalformed: false } && facts.From.All(author => brand.SenderDomains.Contains(author.Domain) || author.Domain == brand.BounceDomain);

    private sealed class Sample
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<(string Where, string Name), (OutputName Seen, DateTimeOffset At)> _names = [];
        private long _hour = -1;
        private int _looks;
        private int _read;

        public bool MayLook(DateTimeOffset now)
        {
            var hour = now.UtcTicks / TimeSpan.TicksPerHour;
            // Without the lock for all but a few: a count that is seen late costs one look more.
            if (Volatile.Read(ref _hour) == hour && (Volatile.Read(ref _read) >= PerHour || Volatile.Read(ref _looks) >= MostLooks))
                return false;
            lock (_lock)
            {
                if (_hour != hour)
                {
                    (_looks, _read) = (0, 0);
                    Volatile.Write(ref _hour, hour);
                }
                return _read < PerHour && _looks++ < MostLooks;
            }
        }

        public void Keep(ImmutableArray<OutputName> names, DateTimeOffset now)
        {
            lock (_lock)
            {
                _read++;
                foreach (var name in names)
                {
                    _names[(name.Where, name.Name)] = (name, now);
                    if (_names.Count > MostNames)
                        _names.Remove(_names.MinBy(pair => pair.Value.At).Key);
                }
            }
        }

        public ImmutableArray<OutputName> Since(DateTimeOffset oldest)
        {
            lock (_lock)
            {
                foreach (var old in _names.Where(pair => pair.Value.At < oldest).Select(pair => pair.Key).ToList())
                    _names.Remove(old);
                return [.. _names.Values.OrderBy(seen => seen.At).Select(seen => seen.Seen)];
            }
        }
    }
}
