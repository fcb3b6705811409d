using System.Net;
using System.Net.Sockets;

namespace Namesake.Network.Tests.Sockets;

/// <summary>A listener whose backlog is full: the kernel drops further SYNs, so connecting never ends. No firewall needed.</summary>
internal sealed class BlackHole : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _fillers = [];

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public static BlackHole Open()
    {
        var hole = new BlackHole();
        hole._listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        hole._listener.Listen(0);
        // The backlog of 0 holds one; what comes after it hangs.
        for (var i = 0; i < 4; i++)
        {
            var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            hole._fillers.Add(filler);
            try
            {
                filler.Connect(hole.EndPoint);
            }
            catch (SocketException trouble) when (trouble.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // On its way, as wanted.
            }
        }
        // One that is known to be through shows that the backlog is in use.
        Assert.Contains(hole._fillers, filler => filler.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectWrite));
        return hole;
    }

    public void Dispose()
    {
        _fillers.ForEach(filler => filler.Dispose());
        _listener.Dispose();
    }
}
