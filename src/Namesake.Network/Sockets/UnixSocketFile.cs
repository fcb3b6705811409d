using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Namesake.Network.Sockets;

/// <summary>A socket in the file system: where it stands and who may connect, which is who may write to it.</summary>
/// <param name="Path">Absolute. The kernel's limit is 107 octets, and a little of it is needed while the socket is made.</param>
/// <param name="Mode">Of the socket; the directories on the way to it need their own.</param>
/// <param name="Owner">"user", "user:group" or ":group", by name or number; null leaves what the system gives a new file.</param>
public sealed record UnixSocketFile(string Path, UnixFileMode Mode, string? Owner)
{
    public const int MaxPathOctets = 90;

    private const int AtCurrentDirectory = -100, NotLinks = 0x100;

    /// <summary>struct statx has one layout on every architecture (statx(2)): user at 20, group at 24, mode at 28, 256 octets in all.</summary>
    private const int StatxSize = 256, UserAt = 20, GroupAt = 24, ModeAt = 28;
    private const uint WantModeAndOwners = 0x1 | 0x2 | 0x8 | 0x10;
    private const int TypeMask = 0xF000, Socket = 0xC000;

    /// <summary>Whether something stands at the path, and whether it is a socket.</summary>
    internal static (bool Exists, bool IsSocket) Look(string path) => Stat(path) is { } found ? (true, (found.Mode & TypeMask) == Socket) : (false, false);

    /// <exception cref="IOException">The owner isn't known here, or this process may not give the file away.</exception>
    internal void Dress(string file)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, Mode);
        if (Owner is null || Stat(file) is not { } now)
            return;
        var colon = Owner.IndexOf(':', StringComparison.Ordinal);
        var (user, group) = colon < 0 ? (Owner, "") : (Owner[..colon], Owner[(colon + 1)..]);
        var (wantedUser, wantedGroup) = (user.Length == 0 ? now.User : IdOf("/etc/passwd", user, "user"), group.Length == 0 ? now.Group : IdOf("/etc/group", group, "group"));
        // What is right already needs no privilege: a directory with the set-group-ID bit gives its group to what is made in it.
        if ((wantedUser, wantedGroup) != (now.User, now.Group) && ChangeOwner(Encoding.UTF8.GetBytes(file + '\0'), wantedUser, wantedGroup) != 0)
            throw new IOException($"The socket {Path} can't be given to {Owner}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}. Only root gives files to other users, and a group takes its members' only.");
    }

    private static (int Mode, uint User, uint Group)? Stat(string path)
    {
        var buffer = new byte[StatxSize];
        if (Statx(AtCurrentDirectory, Encoding.UTF8.GetBytes(path + '\0'), NotLinks, WantModeAndOwners, buffer) != 0)
            return null;
        return (Read16(buffer.AsSpan(ModeAt)), Read32(buffer.AsSpan(UserAt)), Read32(buffer.AsSpan(GroupAt)));
    }

    private static int Read16(ReadOnlySpan<byte> octets) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(octets) : BinaryPrimitives.ReadUInt16BigEndian(octets);

    private static uint Read32(ReadOnlySpan<byte> octets) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(octets) : BinaryPrimitives.ReadUInt32BigEndian(octets);

    private static uint IdOf(string file, string name, string kind)
    {
        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        foreach (var line in File.ReadLines(file))
            if (line.Split(':') is [var known, _, var id, ..] && known == name && uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out number))
                return number;
        throw new IOException($"There is no {kind} {name} in {file}.");
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int directory, byte[] path, int flags, uint mask, byte[] buffer);

    [DllImport("libc", EntryPoint = "lchown", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeOwner(byte[] path, uint user, uint group);
}
