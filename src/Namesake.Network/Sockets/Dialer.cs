using System.Net;
using System.Net.Sockets;
using Namesake.Core.Pipeline;

namespace Namesake.Network.Sockets;

/// <summary>Opens connections from the source asked for, or not at all: 1. bind, 2. connect, 3. compare what getsockname says, 4. lay the pipes.</summary>
public sealed class Dialer(SocketPipes pipes, TimeProvider clock) : IDialer
{
    private readonly string? _device;

    /// <param name="device">Connections leave by this interface, whatever the routing prefers. Linux only.</param>
    internal Dialer(SocketPipes pipes, TimeProvider clock, string device)
        : this(pipes, clock) => _device = device;

    /// <exception cref="ArgumentException">The local address is a wildcard, or of another family than the remote one.</exception>
    public async Task<DialResult> DialAsync(IPAddress local, IPEndPoint remote, TimeSpan timeout, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(remote);
        var source = EndPoints.Normalised(local);
        var target = EndPoints.Normalised(remote)!;
        if (source.AddressFamily != target.AddressFamily)
            throw new ArgumentException($"{source} cannot reach {target}: the families differ.", nameof(remote));
        cancellation.ThrowIfCancellationRequested();

        Socket socket;
        try
        {
            socket = SourceSocket.Bind(source, _device); // 1.
        }
        catch (SocketException trouble)
        {
            return Failed(DialTrouble.AtBind(trouble), $"cannot bind to {source}: {trouble.Message}");
        }
        var kept = false;
        try
        {
            if (await ConnectAsync(socket, source, target, timeout, cancellation) is { } failure) // 2.
                return failure;
            if (socket.LocalEndPoint is not IPEndPoint bound || !EndPoints.IsSame(source, bound.Address)) // 3.
                return Failed(DialFailure.WrongLocalAddress, $"bound to {source}, but the connection to {target} leaves from {socket.LocalEndPoint}");
            var connection = pipes.Wrap(socket); // 4.
            kept = true;
            return new DialResult(connection, DialFailure.None, null);
        }
        catch (SocketException trouble)
        {
            // The peer reset the connection before we could look at it.
            return Failed(DialFailure.Failed, $"the connection to {target} was lost at once: {trouble.Message}");
        }
        finally
        {
            if (!kept)
                socket.Dispose();
        }
    }

    private async Task<DialResult?> ConnectAsync(Socket socket, IPAddress source, IPEndPoint target, TimeSpan timeout, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await socket.ConnectAsync(target, either.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Failed(DialFailure.TimedOut, $"no answer from {target} within {timeout.TotalSeconds:0.#} s");
        }
        catch (SocketException trouble)
        {
            return Failed(DialTrouble.AtConnect(trouble, source), $"cannot connect from {source} to {target}: {trouble.Message}");
        }
    }

    private static DialResult Failed(DialFailure failure, string explanation) => new(null, failure, explanation);
}
