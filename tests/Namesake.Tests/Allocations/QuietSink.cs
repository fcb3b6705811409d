using System.Net;
using System.Net.Sockets;

namespace Namesake.Tests.Allocations;

/// <summary>A receiver with PIPELINING that takes everything and counts it. A thread per connection.</summary>
internal sealed class QuietSink : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _connections = [];
    private int _messages;

    public QuietSink()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(100);
        new Thread(Accept) { IsBackground = true, Name = "quiet sink" }.Start();
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndPoint!;

    public int Messages => Volatile.Read(ref _messages);

    public void Dispose()
    {
        _listener.Dispose();
        lock (_connections)
            foreach (var connection in _connections)
                connection.Dispose();
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var socket = _listener.Accept();
                socket.NoDelay = true;
                lock (_connections)
                    _connections.Add(socket);
                new Thread(() => Serve(socket)) { IsBackground = true, Name = "quiet sink's session" }.Start();
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private void Serve(Socket socket)
    {
        try
        {
            using var peer = new SmtpPeer(socket);
            peer.Send("220 mx.example.org ESMTP\r\n"u8);
            while (peer.Line("\r\n"u8) is { IsEmpty: false } line)
            {
                if (line.StartsWith("EHLO"u8))
                {
                    peer.Send("250-mx.example.org\r\n250-PIPELINING\r\n250 8BITMIME\r\n"u8);
                }
                else if (line.StartsWith("DATA"u8))
                {
                    peer.Send("354 go on\r\n"u8);
                    if (peer.Line("\r\n.\r\n"u8).IsEmpty)
                        return;
                    peer.Send("250 2.0.0 taken\r\n"u8);
                    Interlocked.Increment(ref _messages);
                }
                else
                {
                    peer.Send("250 2.1.0 ok\r\n"u8);
                }
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // Disposed, or the relay is gone.
        }
    }
}
