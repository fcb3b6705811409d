using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Namesake.Network.Machine;

/// <summary>Whose a file is and what it is. The runtime tells the mode, not the owner.</summary>
/// <param name="Mode">Kind and rights, as st_mode has them.</param>
internal sealed record FileStatus(int Mode, uint User, uint Group)
{
    public const int KindBits = 0xF000, Socket = 0xC000, Folder = 0x4000;

    private const int AtCurrentDirectory = -100, NotLinks = 0x100;

    /// <summary>struct statx has one layout on every architecture (statx(2)): user at 20, group at 24, mode at 28, 256 octets in all.</summary>
    private const int StatxSize = 256, UserAt = 20, GroupAt = 24, ModeAt = 28;
    private const uint WantModeAndOwners = 0x1 | 0x2 | 0x8 | 0x10;

    public int Kind => Mode & KindBits;

    /// <summary>Who this process acts as.</summary>
    public static uint Us => EffectiveUser();

    /// <returns>Null: it isn't there, or can't be looked at. A link is not followed.</returns>
    public static FileStatus? Of(string path)
    {
        var buffer = new byte[StatxSize];
        if (Statx(AtCurrentDirectory, Encoding.UTF8.GetBytes(path + '\0'), NotLinks, WantModeAndOwners, buffer) != 0)
            return null;
        return new FileStatus(Read16(buffer.AsSpan(ModeAt)), Read32(buffer.AsSpan(UserAt)), Read32(buffer.AsSpan(GroupAt)));
    }

    private static int Read16(ReadOnlySpan<byte> octets) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(octets) : BinaryPrimitives.ReadUInt16BigEndian(octets);

    private static uint Read32(ReadOnlySpan<byte> octets) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(octets) : BinaryPrimitives.ReadUInt32BigEndian(octets);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int directory, byte[] path, int flags, uint mask, byte[] buffer);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();
}
