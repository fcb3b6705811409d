namespace Namesake.Contracts.Tests.Sqlite;

public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("namesake-spool-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
