using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Namesake.Reflecting;

/// <summary>So much a minute for each network: an IPv4 /24, an IPv6 /64. A bucket that fills evenly and holds a minute's worth.</summary>
/// <remarks>Bounded: a network that has its whole bucket is as good as unknown and is forgotten when room is wanted. Where <see cref="MostNetworks"/> are busy within one
/// minute, newcomers pass uncounted; connections at once bound them still.</remarks>
internal sealed class NetworkRates(int perMinute, TimeProvider time)
{
    public const int MostNetworks = 16_384;

    private readonly Dictionary<UInt128, Bucket> _buckets = [];
    private readonly Lock _lock = new();
    private long? _sweptAt;

    /// <returns>False: it has had its share.</returns>
    public bool TryTake(IPAddress client)
    {
        var network = NetworkOf(client);
        var now = time.GetTimestamp();
        lock (_lock)
        {
            if (!_buckets.TryGetValue(network, out var bucket))
            {
                // Not for every newcomer: looking through all of them is what a flood would make us do.
                if (_buckets.Count >= MostNetworks && (_sweptAt is not { } swept || time.GetElapsedTime(swept, now) >= TimeSpan.FromSeconds(1)))
                    ForgetFull_NeedsLock(now);
                if (_buckets.Count >= MostNetworks)
                    return true;
                bucket = new Bucket(perMinute, now);
            }
            var left = LeftAt_NeedsLock(bucket, now);
            _buckets[network] = new Bucket(left < 1 ? left : left - 1, now);
            return left >= 1;
        }
    }

    /// <summary>The /24 or /64 as a number; the families can't collide.</summary>
    public static UInt128 NetworkOf(IPAddress client)
    {
        if (client.IsIPv4MappedToIPv6)
            client = client.MapToIPv4();
        var octets = client.GetAddressBytes();
        return client.AddressFamily == AddressFamily.InterNetwork
            ? BinaryPrimitives.ReadUInt32BigEndian(octets) >> 8
            : new UInt128(1, BinaryPrimitives.ReadUInt64BigEndian(octets));
    }

    private double LeftAt_NeedsLock(Bucket bucket, long now) => Math.Min(perMinute, bucket.Left + (time.GetElapsedTime(bucket.At, now).TotalMinutes * perMinute));

    private void ForgetFull_NeedsLock(long now)
    {
        _sweptAt = now;
        foreach (var (network, bucket) in _buckets)
            if (LeftAt_NeedsLock(bucket, now) >= perMinute)
                _buckets.Remove(network);
    }

    private readonly record struct Bucket(double Left, long At);
}
