using Namesake.Contracts.Tests.Spool;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage;

namespace Namesake.Contracts.Tests.Sqlite;

/// <summary>A SQLite spool in a directory of its own below the system's temporary one.</summary>
public sealed class SqliteHouse : SpoolHouse
{
    private readonly TemporaryDirectory _directory = new();
    private SqliteSpool? _spool;
    private int _crashes;

    public SqliteHouse() => Options = new SpoolOptions { DataDirectory = Path.Combine(_directory.Path, "data0"), MinimumFreeBytes = 0, Company = TimeSpan.Zero };

    public SpoolOptions Options { get; set; }

    public override ISpool Spool => _spool ?? throw new InvalidOperationException("The spool is closed.");

    public override async Task OpenAsync() => _spool = await SqliteSpool.OpenAsync(Options with { EventDays = EventDays, EventBytes = EventBytes }, Time, Log);

    public override Task TidyAsync() => Task.CompletedTask;

    public override async Task CloseAsync()
    {
        if (_spool is { } spool)
            await spool.DisposeAsync();
        _spool = null;
    }

    /// <summary>Copies the files as they are, without the log having been moved into the database, and goes on with the copy.</summary>
    public override async Task CrashAsync()
    {
        var copy = Path.Combine(_directory.Path, $"data{++_crashes}");
        foreach (var file in Directory.EnumerateFiles(Options.DataDirectory, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(Options.DataDirectory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (Path.GetFileName(file) is "spool.db" or "spool.db-wal" || file.EndsWith(".eml", StringComparison.Ordinal))
                File.Copy(file, target);
        }
        await CloseAsync();
        Options = Options with { DataDirectory = copy };
        await OpenAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _directory.Dispose();
    }
}
