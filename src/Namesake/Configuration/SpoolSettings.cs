namespace Namesake.Configuration;

public sealed record SpoolSettings
{
    /// <summary>Free space, in bytes, below which clients are told 452 instead of taking more mail.</summary>
    /// <value>Default 512 MiB: room for what is being accepted, for the database's log, and for settling what is queued. Range 16 MiB to 1 TiB.</value>
    public long MinimumFreeDisk { get; init; } = 512L << 20;
}
