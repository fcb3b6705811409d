namespace Namesake.Network.Machine;

/// <summary>How full the managed heap is. What looks full may be garbage, and when nobody is let in nothing is allocated that would have it collected:
/// so before it is called full it is collected once, at most every second.</summary>
internal sealed class ManagedHeap(TimeProvider time)
{
    private static readonly TimeSpan BetweenCollections = TimeSpan.FromSeconds(1);
    private long? _collectedAt;

    /// <summary>Bytes it may have: the machine's memory, the container's limit, or a hard limit set for the runtime.</summary>
    public static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    public (long Used, long Available) Read()
    {
        var (used, available) = (GC.GetTotalMemory(forceFullCollection: false), Available);
        if (used < available * ProcessHeadroom.MostMemory || (_collectedAt is { } at && time.GetElapsedTime(at) < BetweenCollections))
            return (used, available);
        GC.Collect();
        _collectedAt = time.GetTimestamp();
        return (GC.GetTotalMemory(forceFullCollection: false), available);
    }
}
