using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Namesake.Network.Sources.Routing;

/// <summary>Asks the kernel about links, addresses, routes and rules (rtnetlink(7)). Reading needs no privilege, and the kernel answers at once: no wait, no thread.</summary>
/// <remarks>Made and used on one thread: the socket belongs to that thread's network namespace. Numbers are in the machine's order, which is little-endian wherever .NET runs on Linux but on s390x.</remarks>
internal sealed partial class NetlinkSocket : IDisposable
{
    private const int Family = 16, Raw = 3, CloseOnExec = 0x80000, Route = 0; // <sys/socket.h>, <linux/netlink.h>
    private const ushort IsRequest = 1, IsDump = 0x300;
    private const ushort ErrorMessage = 2, DoneMessage = 3;
    private const int HeaderLength = 16;

    /// <summary>The kernel writes at most this into one read.</summary>
    private const int ReadSize = 64 * 1024;

    /// <summary>A router's full table has a million routes; this is about mail servers. What is larger is told as not understood.</summary>
    private const int MostMessages = 200_000;

    private readonly int _socket;
    private uint _sequence;

    /// <param name="protocol">Whom to ask: routes and addresses unless something else is said.</param>
    public NetlinkSocket(int protocol = Route)
    {
        _socket = Open(Family, Raw | CloseOnExec, protocol);
        if (_socket < 0)
            throw new IOException($"netlink can't be opened (errno {Marshal.GetLastPInvokeError()})");
    }

    public void Dispose() => _ = Close(_socket);

    /// <summary>All of a kind. Each message is given to <paramref name="take"/> without its header.</summary>
    /// <exception cref="IOException">The kernel refused, or there are too many.</exception>
    public void Dump(ushort type, ReadOnlySpan<byte> body, Action<ReadOnlySpan<byte>> take) => Exchange(type, IsRequest | IsDump, body, take);

    /// <summary>One question, one answer.</summary>
    /// <returns>False with the kernel's errno: it has no answer (no such route).</returns>
    public bool TryAsk(ushort type, ReadOnlySpan<byte> body, Action<ReadOnlySpan<byte>> take, out int errno)
    {
        try
        {
            Exchange(type, IsRequest, body, take);
            errno = 0;
            return true;
        }
        catch (NetlinkException no)
        {
            errno = no.Errno;
            return false;
        }
    }

    private void Exchange(ushort type, ushort flags, ReadOnlySpan<byte> body, Action<ReadOnlySpan<byte>> take)
    {
        var request = new byte[HeaderLength + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(request, request.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(request.AsSpan(4), type);
        BinaryPrimitives.WriteUInt16LittleEndian(request.AsSpan(6), flags);
        BinaryPrimitives.WriteUInt32LittleEndian(request.AsSpan(8), ++_sequence);
        body.CopyTo(request.AsSpan(HeaderLength));
        if (Send(_socket, request, request.Length, 0) != request.Length)
            throw new IOException($"netlink takes no question (errno {Marshal.GetLastPInvokeError()})");
        var read = new byte[ReadSize];
        for (var messages = 0; ;)
        {
            var length = (int)Receive(_socket, read, read.Length, 0);
            if (length <= 0)
                throw new IOException($"netlink gives no answer (errno {Marshal.GetLastPInvokeError()})");
            for (var rest = read.AsSpan(0, length); rest.Length >= HeaderLength;)
            {
                var size = BinaryPrimitives.ReadInt32LittleEndian(rest);
                if (size < HeaderLength || size > rest.Length)
                    throw new IOException("netlink's answer can't be read");
                var (kind, sequence) = (BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]), BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]));
                var message = rest[HeaderLength..size];
                rest = rest[Math.Min(rest.Length, (size + 3) & ~3)..];
                if (sequence != _sequence)
                    continue; // the rest of an answer that was given up
                if (kind == DoneMessage)
                    return;
                if (kind == ErrorMessage)
                {
                    var error = message.Length >= 4 ? -BinaryPrimitives.ReadInt32LittleEndian(message) : 5;
                    if (error == 0)
                        return;
                    throw new NetlinkException(error);
                }
                if (++messages > MostMessages)
                    throw new IOException($"this node has more than {MostMessages} entries of a kind");
                take(message);
                if ((flags & IsDump) != IsDump)
                    return;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Open(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int socket, byte[] buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int socket, byte[] buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int socket);
}

/// <summary>The kernel's no, by its errno.</summary>
internal sealed class NetlinkException(int errno) : IOException($"the kernel says no (errno {errno})")
{
    public int Errno { get; } = errno;
}
