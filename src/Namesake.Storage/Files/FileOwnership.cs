using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Namesake.Storage.Files;

/// <summary>Gives what root makes in somebody's directory to that somebody: a firewall is written by root, and the relay, which isn't root, must be able to read what was done.</summary>
/// <remarks>As <see cref="DirectorySync"/> it knows the operating system, because .NET has no word for owners.</remarks>
internal static class FileOwnership
{
    private const int AtCurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint WantOwners = 0x8 | 0x10;

    /// <summary>struct statx has one layout on every architecture (statx(2)).</summary>
    private const int StatxSize = 256, UserAt = 20, GroupAt = 24;

    /// <summary>Nothing happens where we aren't root, or the directory is root's.</summary>
    public static void Follow(string path, string directory)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || OwnersOf(directory) is not var (user, group) || user == 0)
            return;
        if (ChangeOwner(AtCurrentDirectory, Encoding.UTF8.GetBytes(path + '\0'), user, group, NoFollow) != 0)
            throw new IOException($"{path} can't be given to the owner of {directory}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
    }

    private static (uint User, uint Group)? OwnersOf(string path)
    {
        var buffer = new byte[StatxSize];
        try
        {
            if (Statx(AtCurrentDirectory, Encoding.UTF8.GetBytes(path + '\0'), NoFollow, WantOwners, buffer) != 0)
                return null;
        }
        catch (Exception absent) when (absent is EntryPointNotFoundException or DllNotFoundException)
        {
            return null; // An old C library.
        }
        return (Read(buffer.AsSpan(UserAt, 4)), Read(buffer.AsSpan(GroupAt, 4)));
    }

    private static uint Read(ReadOnlySpan<byte> number) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(number) : BinaryPrimitives.ReadUInt32BigEndian(number);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int directory, byte[] path, int flags, uint mask, byte[] buffer);

    [DllImport("libc", EntryPoint = "fchownat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeOwner(int directory, byte[] path, uint user, uint group, int flags);
}
