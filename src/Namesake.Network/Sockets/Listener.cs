using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Namesake.Core.Pipeline;

namespace Namesake.Network.Sockets;

/// <summary>Binds listening sockets. An IPv6 wildcard takes IPv6 only, so that it stands beside an IPv4 one on the same port.</summary>
public sealed class Listener(SocketPipes pipes, TimeProvider clock, ILogger<Listener> logger) : IListenerPort
{
    public Task<IBoundListener> BindAsync(IPEndPoint address, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        cancellation.ThrowIfCancellationRequested();
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            socket.Bind(address);
            socket.Listen(pipes.Settings.Backlog);
            return Task.FromResult<IBoundListener>(new BoundListener(socket, pipes, clock, logger));
        }
        catch (SocketException trouble)
        {
            socket?.Dispose();
            throw new IOException($"Cannot listen on {address}: {trouble.Message}.", trouble);
        }
    }
}
