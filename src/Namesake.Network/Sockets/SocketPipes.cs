using System.Net.Sockets;

namespace Namesake.Network.Sockets;

/// <summary>Lays pipes over connected sockets, the same for both directions. One per process; dialler and listener share it.</summary>
public sealed class SocketPipes
{
    private readonly TimeProvider _clock;

    public SocketPipes(SocketSettings settings, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.ReadBuffer, 1024);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.WriteBuffer, 1024);
        Settings = settings;
        _clock = clock;
    }

    internal SocketSettings Settings { get; }

    /// <summary>The connection owns the socket from here on.</summary>
    internal PipeConnection Wrap(Socket socket)
    {
        // Replies and commands are small: Nagle's algorithm and delayed acknowledgements would cost 40 ms a message.
        socket.NoDelay = true;
        return new PipeConnection(socket, Settings, _clock);
    }
}
