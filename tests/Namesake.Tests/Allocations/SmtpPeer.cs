using System.Net;
using System.Net.Sockets;

namespace Namesake.Tests.Allocations;

/// <summary>The other side of a connection, on a thread of its own and without allocating anything while mail moves: what is counted is the relay's.</summary>
internal sealed class SmtpPeer(Socket socket) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    public static SmtpPeer Connect(IPEndPoint server)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server);
        return new SmtpPeer(socket);
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[socket.Send(bytes)..];
    }

    /// <summary>Until the last line of a reply: its code's first digit. 0: the peer is gone.</summary>
    public int Reply()
    {
        while (true)
        {
            var line = Line("\n"u8);
            if (line.Length < 4)
                return 0;
            if (line[3] != '-')
                return line[0] - '0';
        }
    }

    /// <summary>What comes up to and with an end, valid until the next call. Empty: the peer is gone.</summary>
    public ReadOnlySpan<byte> Line(ReadOnlySpan<byte> end)
    {
        while (true)
        {
            var found = _buffer.AsSpan(_start, _end - _start).IndexOf(end);
            if (found >= 0)
            {
                var line = _buffer.AsSpan(_start, found + end.Length);
                _start += line.Length;
                return line;
            }

            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            var received = socket.Receive(_buffer.AsSpan(_end));
            if (received == 0)
                return [];
            _end += received;
        }
    }

    public void Dispose() => socket.Dispose();
}
