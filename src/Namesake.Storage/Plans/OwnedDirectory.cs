using Namesake.Storage.Files;

namespace Namesake.Storage.Plans;

/// <summary>Files and folders that nobody but their owner can read: plans tell of networks. Whoever makes them, they belong to the owner of the data directory.</summary>
/// <remarks>Root writes here into a directory that belongs to another user. A link that user may have put there is refused: it could lead root's pen anywhere.</remarks>
internal static class OwnedDirectory
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void Make(string path)
    {
        RefuseLink(path);
        if (Directory.Exists(path))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnersFile | UnixFileMode.UserExecute);
        if (Path.GetDirectoryName(path) is not { } parent)
            return;
        FileOwnership.Follow(path, parent);
        DirectorySync.Flush(parent);
    }

    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share = FileShare.ReadWrite)
    {
        RefuseLink(path);
        if (mode == FileMode.Create)
        {
            // Made anew and never opened and emptied: between a look and an open the name may have become a link. What is made new follows none.
            File.Delete(path);
            mode = FileMode.CreateNew;
        }
        else if (!File.Exists(path) && mode is FileMode.OpenOrCreate or FileMode.Append)
            mode = FileMode.CreateNew;
        var options = new FileStreamOptions { Mode = mode is FileMode.OpenOrCreate or FileMode.Append ? FileMode.Open : mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows() && mode == FileMode.CreateNew)
            options.UnixCreateMode = OwnersFile;
        var file = new FileStream(path, options);
        try
        {
            if (mode == FileMode.CreateNew)
                FileOwnership.Follow(path, Path.GetDirectoryName(path)!);
            else
                RefuseStray(file, path);
            if (mode == FileMode.Append)
                file.Seek(0, SeekOrigin.End);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>What was opened is what lies there: not something else a link led to meanwhile.</summary>
    private static void RefuseStray(FileStream file, string path)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var opened = new FileInfo($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}").LinkTarget;
        // By name and folder: the directory above may rightly be reached by a link.
        if (opened is not null && !opened.EndsWith($"/{Path.GetFileName(Path.GetDirectoryName(path))}/{Path.GetFileName(path)}", StringComparison.Ordinal))
            throw new IOException($"{path} leads to {opened}, and is not followed: plans are kept in files of their own.");
    }

    private static void RefuseLink(string path)
    {
        if (new FileInfo(path).LinkTarget is { } target)
            throw new IOException($"{path} is a link to {target}, and not followed: plans are kept in files of their own.");
    }

    /// <summary>Replaces a file, whole: a reader, and a crash, find the old one or the new one.</summary>
    public static void Write(string path, byte[] content)
    {
        var part = path + ".new";
        using (var file = Open(part, FileMode.Create, FileAccess.Write))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(part, path, overwrite: true);
        DirectorySync.Flush(Path.GetDirectoryName(path)!);
    }
}
