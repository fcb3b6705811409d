namespace Namesake.Storage;

/// <summary>Where the embedded spool lives and how much it may take.</summary>
public sealed record SpoolOptions
{
    /// <summary>Holds database, log, lock and content files. Made with access for its owner only when it isn't there.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>With less free space than this on the data directory's file system nothing is accepted: what is in the spool still needs room to be settled.</summary>
    /// <value>Bytes. Default 100 MB (104,857,600). Zero switches the guard off.</value>
    public long MinimumFreeBytes { get; init; } = 100L * 1024 * 1024;

    /// <summary>Contents larger than this are files beside the database.</summary>
    /// <value>Bytes. Default 256 KB (262,144), measured: below it a row is cheaper than two more flushes, above it the log grows too fast.</value>
    public int InlineContentBytes { get; init; } = 256 * 1024;

    /// <summary>Whole days (UTC) of attempt events kept, today included.</summary>
    /// <value>Default 14; at least 1.</value>
    public int EventDays { get; init; } = 14;

    /// <summary>Attempt events that take more than this go before their days, the oldest first.</summary>
    /// <value>Bytes. Default 20 GiB (21,474,836,480): about 22 million attempts, so that a relay of 1.5 million messages a day keeps its 14 days. Zero: only the days, and the room on disk, bound them.</value>
    /// <remarks>Where less than three times <see cref="MinimumFreeBytes"/> is free the oldest go, too, however few they are.</remarks>
    public long EventBytes { get; init; } = 20L << 30;

    /// <summary>Content and events that may wait for the writer at once; who comes later waits outside.</summary>
    /// <value>Bytes. Default 64 MB (67,108,864), sixteen full batches.</value>
    public long WaitingBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Longest time the outcome of an attempt waits for others to share its flush. New mail never waits, and ends the waiting.</summary>
    /// <value>Default 10 ms: nobody waits for an outcome but the memory its message holds. Zero: each is written at once.</value>
    internal TimeSpan Company { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Connections that read beside the writer.</summary>
    /// <value>Default 4; at least 1.</value>
    public int Readers { get; init; } = 4;

    /// <summary>Page cache of the writer.</summary>
    /// <value>Bytes. Default 32 MiB (33,554,432).</value>
    public long CacheBytes { get; init; } = 32L * 1024 * 1024;
}
