using System.Globalization;

namespace Namesake.Network.Machine;

/// <summary>A folder in which nobody but us, and root, can put anything in place of what we have put there.</summary>
internal static class PrivateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const int ForOthers = 0x3F, OthersWrite = 0x12, Sticky = 0x200; // 077, 022, 01000

    /// <summary>Makes it where it isn't there, and looks who may change it or what leads to it.</summary>
    /// <returns>Null: it is private. Else why it can't be had, or can't be trusted.</returns>
    public static string? TroubleOf(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        var folder = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(folder, OwnerOnly);
            if (FileStatus.Of(folder) is not { } status)
                return $"{folder} can't be looked at";
            return status.Kind != FileStatus.Folder ? $"{folder} is a link, and somebody else may have made it"
                : status.User != FileStatus.Us ? string.Create(CultureInfo.InvariantCulture, $"{folder} belongs to the user {status.User}, not to us: somebody else may have made it")
                : (status.Mode & ForOthers) != 0 ? $"{folder} is open to other users: `chmod 700` it"
                : Walk(folder).Trouble;
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return trouble.Message;
        }
    }

    /// <summary>Who may rename something on the way to it may put another folder in its place.</summary>
    private static (string Real, string? Trouble) Walk(string path)
    {
        var real = "/";
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (FileStatus.Of(real) is not { } above || (above.User != 0 && above.User != FileStatus.Us) || ((above.Mode & OthersWrite) != 0 && (above.Mode & Sticky) == 0))
                return (real, $"{real}, on the way to {path}, can be changed by other users");
            real = Path.Combine(real, part);
            if (new DirectoryInfo(real).ResolveLinkTarget(returnFinalTarget: false) is { } target && Walk(target.FullName) is var (leads, trouble))
                if (trouble is null)
                    real = leads;
                else
                    return (real, trouble);
        }
        return (real, null);
    }
}
