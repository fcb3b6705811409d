using Namesake.Storage;

namespace Namesake.Bench.Spool;

/// <summary>Where a spool is measured, and by which engine. Told to a child process as two words.</summary>
/// <param name="Path">A data directory; for PostgreSQL the directory of the server's socket.</param>
internal sealed record Place(string Engine, string Path)
{
    public async Task<IRelaySpool> OpenAsync() => Engine == "postgres"
        ? await PostgresSpool.OpenAsync(new PostgresOptions { Host = Path, Database = "postgres", Node = "bench" }, TimeProvider.System)
        : await SqliteSpool.OpenAsync(new SpoolOptions { DataDirectory = Path }, TimeProvider.System);
}
