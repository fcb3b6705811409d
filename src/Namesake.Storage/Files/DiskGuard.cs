using Namesake.Core.Pipeline.Spool;

namespace Namesake.Storage.Files;

/// <summary>Refuses new mail before the disk is full: what is in the spool still needs room to be settled and bounced.</summary>
internal sealed class DiskGuard(string directory, long floor, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(100);
    private readonly DriveInfo _drive = new(directory);
    private long _free;
    private long _measuredAt;

    /// <exception cref="SpoolUnavailableException">Less free than the floor after this many bytes more.</exception>
    public void Demand(long bytes)
    {
        if (Shortage(bytes) is { } shortage)
            throw new SpoolUnavailableException(shortage);
    }

    /// <summary>Why this many bytes more are too many; null when they are not.</summary>
    public string? Shortage(long bytes)
    {
        if (floor == 0)
            return null;
        // One look serves the messages of a tenth of a second, as long as none is near the floor.
        if (_measuredAt == 0 || Volatile.Read(ref _free) - bytes < 2 * floor || time.GetElapsedTime(Volatile.Read(ref _measuredAt)) > Freshness)
            Measure();
        var free = Volatile.Read(ref _free);
        return free - bytes >= floor ? null
            : $"Nothing is accepted: {directory} has {free / 1_000_000} MB free, and {floor / 1_000_000} MB are kept for the mail already here. Free some space; it goes on by itself.";
    }

    private void Measure()
    {
        Volatile.Write(ref _free, _drive.AvailableFreeSpace);
        Volatile.Write(ref _measuredAt, time.GetTimestamp());
    }
}
