using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Namesake.Core.Pipeline;

namespace Namesake.Network.Sockets;

/// <summary>One listening socket and its accept loop.</summary>
/// <remarks>An accept that failed for want of descriptors would fail again at once, and a loop without a pause spins on a core without ever yielding. Ours waits
/// <see cref="SocketSettings.AcceptPause"/>; clients wait in the backlog meanwhile.</remarks>
internal sealed partial class BoundListener : IBoundListener
{
    private readonly Socket _socket;
    private readonly SocketPipes _pipes;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopped = new();

    public BoundListener(Socket socket, SocketPipes pipes, TimeProvider clock, ILogger logger)
    {
        _socket = socket;
        _pipes = pipes;
        _clock = clock;
        _logger = logger;
        Address = (IPEndPoint)socket.LocalEndPoint!;
    }

    public IPEndPoint Address { get; }

    public async Task<IConnection?> AcceptAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token, cancellation);
        while (!_stopped.IsCancellationRequested)
        {
            cancellation.ThrowIfCancellationRequested();
            Socket? accepted = null;
            try
            {
                accepted = await _socket.AcceptAsync(either.Token);
                return _pipes.Wrap(accepted);
            }
            catch (Exception trouble) when (trouble is OperationCanceledException or ObjectDisposedException)
            {
                cancellation.ThrowIfCancellationRequested();
            }
            catch (SocketException) when (accepted is not null)
            {
                accepted.Dispose(); // reset by the client between its handshake and our look at it
            }
            catch (SocketException trouble)
            {
                if (!await SurviveAsync(trouble, either.Token))
                    cancellation.ThrowIfCancellationRequested();
            }
        }
        return null;
    }

    public Task StopAsync()
    {
        if (!_stopped.IsCancellationRequested)
        {
            _stopped.Cancel();
            _socket.Dispose();
        }
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>False when the wait was cancelled.</summary>
    private async Task<bool> SurviveAsync(SocketException trouble, CancellationToken cancellation)
    {
        // A client that gave up while it waited; the next accept is another client's.
        if (trouble.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Interrupted)
            return true;
        LogAcceptFailed(Address, trouble.Message, _pipes.Settings.AcceptPause);
        try
        {
            await Task.Delay(_pipes.Settings.AcceptPause, _clock, cancellation);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Error, Message = "Accepting on {Address} failed ({Trouble}); trying again in {Pause}")]
    private partial void LogAcceptFailed(IPEndPoint address, string trouble, TimeSpan pause);
}
