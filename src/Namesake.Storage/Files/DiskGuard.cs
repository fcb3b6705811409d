using Namesake.Core.Pipeline.Spool;

namespace Namesake.Storage.Files;

/// <summary>Refuses new mail before the disk is full: what is in the spool still needs room to be settled and bounced.</summary>
internal sealed class DiskGuard(string directory, long floor, TimeProvider time)
{
    /// <summary>Below this many times the floor the history of attempts makes room: that it takes room must never be why mail is refused.</summary>
    private const int Distance = 3;

    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(100);
    private readonly DriveInfo _drive = new(directory);
    private long _free;
    private long _promised;
    private long _measuredAt;

    /// <summary>For what is written at once.</summary>
    /// <exception cref="SpoolUnavailableException">Less free than the floor after this many bytes more.</exception>
    public void Demand(long bytes)
    {
        if (Shortage(bytes) is { } shortage)
            throw new SpoolUnavailableException(shortage);
        Interlocked.Add(ref _free, -bytes);
    }

    /// <summary>As <see cref="Demand"/>, for what is written after others had their turn: until it is <see cref="Settle">settled</see> no look at the disk shows it.</summary>
    public void Promise(long bytes)
    {
        if (Shortage(bytes) is { } shortage)
            throw new SpoolUnavailableException(shortage);
        Interlocked.Add(ref _promised, bytes);
    }

    /// <summary>What was promised is written, or never will be.</summary>
    public void Settle(long bytes)
    {
        Interlocked.Add(ref _free, -bytes);
        Interlocked.Add(ref _promised, -bytes);
    }

    /// <summary>Why this many bytes more are too many; null when they are not.</summary>
    public string? Shortage(long bytes)
    {
        if (floor == 0)
            return null;
        var free = Free(bytes);
        return free - bytes >= floor ? null
            : $"Nothing is accepted: {directory} has {Math.Max(0, free) / 1_000_000} MB free, and {floor / 1_000_000} MB are kept for the mail already here. Free some space; it goes on by itself.";
    }

    /// <returns>Bytes that must become free before mail is far enough from the floor; zero when it is, or the guard is switched off.</returns>
    public long Missing() => floor == 0 ? 0 : Math.Max(0, (Distance * floor) - Free(0));

    // One look serves the messages of a tenth of a second, as long as what they take leaves none near the floor.
    private long Free(long bytes)
    {
        if (_measuredAt == 0 || Left - bytes < Distance * floor || time.GetElapsedTime(Volatile.Read(ref _measuredAt)) > Freshness)
            Measure();
        return Left;
    }

    private long Left => Volatile.Read(ref _free) - Volatile.Read(ref _promised);

    private void Measure()
    {
        Volatile.Write(ref _free, _drive.AvailableFreeSpace);
        Volatile.Write(ref _measuredAt, time.GetTimestamp());
    }
}
