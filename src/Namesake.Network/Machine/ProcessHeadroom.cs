using System.Globalization;
using Namesake.Core.Pipeline;

namespace Namesake.Network.Machine;

/// <summary>Looks at descriptors and managed memory, at most ten times a second; what was let in since the last look is counted on top.</summary>
/// <param name="mostDescriptors">RLIMIT_NOFILE, or <see cref="OpenFiles.Unlimited"/>.</param>
/// <param name="countDescriptors">Those open now.</param>
/// <param name="memory">Bytes in use and available, of the managed heap.</param>
public sealed class ProcessHeadroom(long mostDescriptors, Func<int> countDescriptors, Func<(long Used, long Available)> memory, TimeProvider time) : IHeadroom
{
    /// <summary>Kept for deliveries, content files, the database and what the runtime itself opens: without these the mail that is here could not leave.
    /// An eighth of the limit, between 100 and 1,000; the runtime and its libraries alone were seen with 234.</summary>
    private readonly long _reserve = Math.Clamp(mostDescriptors / 8, 100, 1_000);

    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(100);

    /// <summary>A count costs a look at each descriptor, 1 to 3 % of a core at ten a second: while half of them are free, and who came since is counted on top, it may be this old.</summary>
    private static readonly TimeSpan FarFromFull = TimeSpan.FromSeconds(1);

    /// <summary>Above this share of what the collector may use, collections follow each other and then allocations fail. Four fifths: what is under way still fits.</summary>
    internal const double MostMemory = 0.8;

    /// <summary>Half of the reserve: the database, content files and the runtime have the other.</summary>
    public int Sessions => (int)_reserve / 2;

    private readonly Lock _lock = new();
    private long _descriptors;
    private long _lookedAt;
    private long _countedAt;
    private string? _shortage;

    /// <summary>Of this process, as the operating system and the collector say it. Containers' limits are in what the collector takes for available.</summary>
    public static ProcessHeadroom OfThisProcess(TimeProvider time) => new(
        OpenFiles.Most(), OpenFiles.Count, new ManagedHeap(time).Read, time);

    /// <inheritdoc cref="ManagedHeap.Available"/>
    public static long MemoryAvailable => ManagedHeap.Available;

    public string? Shortage()
    {
        lock (_lock)
        {
            if (_lookedAt != 0 && time.GetElapsedTime(_lookedAt) < Freshness && _descriptors + 1 < mostDescriptors - _reserve)
            {
                _descriptors++; // Whoever asks is about to take one.
                return _shortage;
            }

            if (_lookedAt != 0 && _descriptors < mostDescriptors / 2 && time.GetElapsedTime(_countedAt) < FarFromFull)
                _descriptors++;
            else
                Count();
            _lookedAt = time.GetTimestamp();
            return _shortage = Judge();
        }
    }

    private void Count()
    {
        _descriptors = mostDescriptors == OpenFiles.Unlimited ? 0 : countDescriptors();
        _countedAt = time.GetTimestamp();
    }

    private string? Judge()
    {
        if (_descriptors >= mostDescriptors - _reserve)
            return string.Create(CultureInfo.InvariantCulture,
                $"{_descriptors} of {mostDescriptors} descriptors are in use and {_reserve} are kept for the mail that is here; raise the limit (LimitNOFILE in the service's unit, ulimit -n)");
        var (used, available) = memory();
        return used < available * MostMemory ? null : string.Create(CultureInfo.InvariantCulture,
            $"{used / 1_000_000} of {available / 1_000_000} MB of memory are in use; give the service more, or lower submission.contentBytesInMemory and delivery.windowBytes");
    }
}
