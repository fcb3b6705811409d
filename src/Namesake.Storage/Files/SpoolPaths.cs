namespace Namesake.Storage.Files;

/// <summary>What lies where in a data directory.</summary>
internal sealed record SpoolPaths(string Directory)
{
    public string Database => Path.Combine(Directory, "spool.db");
    public string Log => Database + "-wal";
    public string SharedMemory => Database + "-shm";

    /// <summary>A database being made; renamed when it is whole, so that an empty <see cref="Database"/> is always damage.</summary>
    public string NewDatabase => Path.Combine(Directory, "spool.new");
    public string Lock => Path.Combine(Directory, "spool.lock");
    public string Owner => Path.Combine(Directory, "spool.pid");
    public string Bodies => Path.Combine(Directory, "bodies");
}
