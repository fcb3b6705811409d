using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Namesake.Network.Sockets;

/// <summary>Lays pipes over connected sockets: Kestrel's transport, the same for both directions. One per process; dialler and listener share it.</summary>
/// <remarks>An idle connection waits with a zero-byte read and holds no buffer, and none has a thread.</remarks>
public sealed class SocketPipes : IDisposable
{
    private readonly SocketConnectionContextFactory _factory;
    private readonly TimeProvider _clock;

    public SocketPipes(SocketSettings settings, TimeProvider clock, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(loggers);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.ReadBuffer, 4096);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.WriteBuffer, 4096);
        Settings = settings;
        _clock = clock;
        _factory = new SocketConnectionContextFactory(
            new SocketConnectionFactoryOptions
            {
                MaxReadBufferSize = settings.ReadBuffer,
                MaxWriteBufferSize = settings.WriteBuffer,
                WaitForDataBeforeAllocatingBuffer = true,
            },
            loggers.CreateLogger("Namesake.Network.Sockets"));
    }

    internal SocketSettings Settings { get; }

    /// <summary>The connection owns the socket from here on.</summary>
    internal PipeConnection Wrap(Socket socket)
    {
        // Replies and commands are small: Nagle's algorithm and delayed acknowledgements would cost 40 ms a message.
        socket.NoDelay = true;
        return new PipeConnection(_factory.Create(socket), socket, Settings, _clock);
    }

    public void Dispose() => _factory.Dispose();
}
