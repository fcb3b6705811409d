namespace Namesake.Configuration.Sections;

/// <summary>What the file system says about a secret's file.</summary>
internal static class FilePermissions
{
    public static void WarnWhenOthersRead(string path, Place at, string key, Reading reading)
    {
        if (OperatingSystem.IsWindows())
            return;
        if ((File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
            reading.Problems.Warning(at, $"{key}: {path} can be read by every user of this machine: chmod o-rw it");
    }

    public static string Reason(Exception trouble) => trouble switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file (relative paths start at the configuration's own directory)",
        UnauthorizedAccessException => "no permission, or it is a directory",
        _ => trouble.Message,
    };
}
