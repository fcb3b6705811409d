using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Files;
using Namesake.Storage.Sqlite;
using Namesake.Storage.Sqlite.Checking;

namespace Namesake.Storage;

/// <summary>Looks through a data directory that no relay is using: is the database sound, does everything in it belong together?</summary>
/// <remarks>Changes nothing unless asked to repair, and then only what can be counted anew from the rows themselves: the counts of queues.</remarks>
public static class SpoolCheck
{
    /// <summary>More of one kind are counted, not listed.</summary>
    internal const int MostOfAKind = 20;

    /// <exception cref="SpoolUnavailableException">There is no spool, or another process has it.</exception>
    public static Task<SpoolCheckReport> RunAsync(string dataDirectory, bool repair, CancellationToken cancellation) =>
        Task.Run(() => Run(dataDirectory, repair, cancellation), cancellation);

    private static SpoolCheckReport Run(string dataDirectory, bool repair, CancellationToken cancellation)
    {
        var paths = new SpoolPaths(Path.GetFullPath(dataDirectory));
        if (!Directory.Exists(paths.Directory))
            throw new SpoolUnavailableException($"There is no data directory {paths.Directory}. Name the one in `data:` of the configuration.");
        using var held = DirectoryLock.Take(paths);
        var findings = ImmutableArray.CreateBuilder<SpoolFinding>();
        long messages = 0, recipients = 0;
        try
        {
            DatabaseFile.Examine(paths, upgrade: false);
            using var connection = DatabaseFile.OpenExaminer(paths, repair);
            foreach (var check in Checks(paths, repair))
            {
                cancellation.ThrowIfCancellationRequested();
                Try(check, connection, findings, paths);
            }
            (messages, recipients) = (Count(connection, "message"), Count(connection, "recipient"));
        }
        catch (Exception e) when (e is SqliteException or SpoolUnavailableException)
        {
            findings.Add(new SpoolFinding("database", SpoolTrouble.Describe(e, paths.Database).Message, paths.Database,
                "Keep a copy of the data directory. Restore a backup, or try `sqlite3 spool.db .recover` on the copy."));
        }
        return new SpoolCheckReport(paths.Directory, messages, recipients, findings.ToImmutable());
    }

    private static IEnumerable<ISpoolCheck> Checks(SpoolPaths paths, bool repair) =>
    [
        new IntegrityCheck(),
        new ContentCheck(paths),
        new RecipientCheck(),
        new QueueCheck(repair),
        new CountCheck(repair),
        new FileCheck(paths),
    ];

    // What one check can't read must not keep the others from looking.
    private static void Try(ISpoolCheck check, SqliteConnection connection, ImmutableArray<SpoolFinding>.Builder findings, SpoolPaths paths)
    {
        try
        {
            findings.AddRange(check.Run(connection));
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            findings.Add(new SpoolFinding(check.Name, $"can't be checked: {e.Message}", paths.Database, "Mend what else is found first."));
        }
    }

    private static long Count(SqliteConnection connection, string table)
    {
        using var count = new Statement(connection, $"SELECT count(*) FROM {table}");
        return count.Scalar() ?? 0;
    }
}
