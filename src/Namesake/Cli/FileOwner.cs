using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Namesake.Cli;

/// <summary>Whose file it is, for telling people whom to become. .NET has no word for it; where the system has none either, the answer is null.</summary>
internal static class FileOwner
{
    private const int AtCurrentDirectory = -100;
    private const uint WantUserId = 0x8;

    /// <summary>struct statx has one layout on every architecture (statx(2)): the mask of what is filled in at 0, the user id at 20, 256 bytes in all.</summary>
    private const int StatxSize = 256, UserIdAt = 20;

    /// <summary>The owner of the file, or of the directory that hides it. A name, or "user 1001".</summary>
    public static string? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        return (UserIdOf(path) ?? UserIdOf(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/")) is { } id ? NameOf(id) : null;
    }

    private static long? UserIdOf(string path)
    {
        var buffer = new byte[StatxSize];
        try
        {
            if (Statx(AtCurrentDirectory, Encoding.UTF8.GetBytes(path + '\0'), 0, WantUserId, buffer) != 0)
                return null;
        }
        catch (Exception absent) when (absent is EntryPointNotFoundException or DllNotFoundException)
        {
            return null; // An old C library.
        }

        var uid = buffer.AsSpan(UserIdAt, 4);
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(uid) : BinaryPrimitives.ReadUInt32BigEndian(uid);
    }

    private static string NameOf(long id)
    {
        var number = id.ToString(CultureInfo.InvariantCulture);
        try
        {
            foreach (var line in File.ReadLines("/etc/passwd"))
                if (line.Split(':') is [var name, _, var user, ..] && user == number)
                    return name;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // Then the number has to do.
        }

        return $"#{number}"; // As sudo -u takes it.
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int directory, byte[] path, int flags, uint mask, byte[] buffer);
}
