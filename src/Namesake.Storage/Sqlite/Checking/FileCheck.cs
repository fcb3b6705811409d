using Microsoft.Data.Sqlite;
using Namesake.Storage.Files;
using Namesake.Storage.Rows;

namespace Namesake.Storage.Sqlite.Checking;

/// <summary>No content file without its message.</summary>
internal sealed class FileCheck(SpoolPaths paths) : ISpoolCheck
{
    public string Name => "files";

    public IEnumerable<SpoolFinding> Run(SqliteConnection connection)
    {
        var listed = new Listed(Name, "It only takes room; the relay removes it at its next start.");
        if (!Directory.Exists(paths.Bodies))
            return [];
        using var referenced = Recovery.SelectReferenced(connection);
        var isReferenced = Recovery.ReferencedFiles(referenced);
        foreach (var (file, message) in new ContentFiles(paths, new DiskGuard(paths.Directory, 0, TimeProvider.System)).All())
        {
            if (message is not { } id)
                listed.Add("content that was never complete", file.FullName);
            else if (!isReferenced(id))
                listed.Add($"content of message {id}, which isn't in the spool", file.FullName);
        }
        return listed.All();
    }
}
