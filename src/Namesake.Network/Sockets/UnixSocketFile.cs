using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Namesake.Network.Machine;

namespace Namesake.Network.Sockets;

/// <summary>A socket in the file system: where it stands and who may connect, which is who may write to it.</summary>
/// <param name="Path">Absolute. The kernel's limit is 107 octets, and a little of it is needed while the socket is made.</param>
/// <param name="Mode">Of the socket; the directories on the way to it need their own.</param>
/// <param name="Owner">"user", "user:group" or ":group", by name or number; null leaves what the system gives a new file.</param>
public sealed record UnixSocketFile(string Path, UnixFileMode Mode, string? Owner)
{
    public const int MaxPathOctets = 90;

    /// <summary>Whether something stands at the path, and whether it is a socket.</summary>
    internal static (bool Exists, bool IsSocket) Look(string path) => FileStatus.Of(path) is { } found ? (true, found.Kind == FileStatus.Socket) : (false, false);

    /// <exception cref="IOException">The owner isn't known here, or this process may not give the file away.</exception>
    internal void Dress(string file)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, Mode);
        if (Owner is null || FileStatus.Of(file) is not { } now)
            return;
        var colon = Owner.IndexOf(':', StringComparison.Ordinal);
        var (user, group) = colon < 0 ? (Owner, "") : (Owner[..colon], Owner[(colon + 1)..]);
        var (wantedUser, wantedGroup) = (user.Length == 0 ? now.User : IdOf("/etc/passwd", user, "user"), group.Length == 0 ? now.Group : IdOf("/etc/group", group, "group"));
        // What is right already needs no privilege: a directory with the set-group-ID bit gives its group to what is made in it.
        if ((wantedUser, wantedGroup) != (now.User, now.Group) && ChangeOwner(Encoding.UTF8.GetBytes(file + '\0'), wantedUser, wantedGroup) != 0)
            throw new IOException($"The socket {Path} can't be given to {Owner}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}. Only root gives files to other users, and a group takes its members' only.");
    }

    private static uint IdOf(string file, string name, string kind)
    {
        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        foreach (var line in File.ReadLines(file))
            if (line.Split(':') is [var known, _, var id, ..] && known == name && uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out number))
                return number;
        throw new IOException($"There is no {kind} {name} in {file}.");
    }

    [DllImport("libc", EntryPoint = "lchown", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeOwner(byte[] path, uint user, uint group);
}
