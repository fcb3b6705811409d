using Namesake.Storage.Files;

namespace Namesake.Storage.Plans;

/// <summary>Files and folders that nobody but their owner can read: plans tell of networks.</summary>
internal static class OwnedDirectory
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void Make(string path)
    {
        if (Directory.Exists(path))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnersFile | UnixFileMode.UserExecute);
        if (Path.GetDirectoryName(path) is { } parent)
            DirectorySync.Flush(parent);
    }

    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share = FileShare.ReadWrite)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows() && mode is not FileMode.Open)
            options.UnixCreateMode = OwnersFile;
        return new FileStream(path, options);
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
