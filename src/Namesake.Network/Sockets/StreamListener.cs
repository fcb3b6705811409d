using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Namesake.Network.Sockets;

/// <summary>A listening socket for services beside the relay's: TCP, or a file that other programs of this machine connect to.</summary>
/// <remarks>A socket file is made beside its place under a name of its own, given its mode and owner, and only then moved there: nobody connects before the permissions are
/// right, and what a killed predecessor left is replaced in one step. One that somebody listens on is never replaced.</remarks>
public sealed partial class StreamListener : IAsyncDisposable
{
    private const int Backlog = 512;
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly string? _file;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopped = new();

    private StreamListener(Socket socket, string address, string? file, TimeProvider clock, ILogger log) =>
        (_socket, Address, _file, _clock, _log) = (socket, address, file, clock, log);

    /// <summary>As Postfix writes it: "unix:/path" or "inet:127.0.0.1:10040", with the real port where 0 was asked.</summary>
    public string Address { get; }

    /// <exception cref="IOException">It can't be had; the text names the address.</exception>
    public static StreamListener Tcp(IPEndPoint address, TimeProvider clock, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(address);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            socket.Bind(address);
            socket.Listen(Backlog);
            return new StreamListener(socket, $"inet:{socket.LocalEndPoint}", null, clock, log);
        }
        catch (SocketException trouble)
        {
            socket.Dispose();
            throw new IOException($"Cannot listen on {address}: {trouble.Message}.", trouble);
        }
    }

    /// <exception cref="IOException">It can't be had; the text names the path.</exception>
    public static StreamListener Unix(UnixSocketFile place, TimeProvider clock, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(place);
        ClearTheWay(place.Path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var birthplace = $"{place.Path}.{Environment.ProcessId}";
        try
        {
            File.Delete(birthplace);
            socket.Bind(new UnixDomainSocketEndPoint(birthplace));
            place.Dress(birthplace);
            socket.Listen(Backlog);
            File.Move(birthplace, place.Path, overwrite: true);
            return new StreamListener(socket, $"unix:{place.Path}", place.Path, clock, log);
        }
        catch (Exception trouble) when (trouble is SocketException or IOException or UnauthorizedAccessException)
        {
            socket.Dispose(); // takes its file along
            throw new IOException($"Cannot listen on unix:{place.Path}: {trouble.Message.TrimEnd('.')}.", trouble);
        }
    }

    /// <summary>The next connection; null after <see cref="StopAsync"/>. Survives running out of descriptors.</summary>
    public async Task<Stream?> AcceptAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                return new NetworkStream(await _socket.AcceptAsync(_stopped.Token), ownsSocket: true);
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException trouble) when (trouble.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Interrupted)
            {
                // A client that gave up while it waited; the next accept is another client's.
            }
            catch (SocketException trouble)
            {
                await SurviveAsync(trouble);
            }
            catch (IOException)
            {
                // It was gone before it could be looked at.
            }
        }
        return null;
    }

    /// <summary>Stops accepting and takes the socket's file away; connections already given out live on.</summary>
    public async Task StopAsync()
    {
        if (_stopped.IsCancellationRequested)
            return;
        // While we still listen: a successor waits for that, and must not lose the file it then makes.
        if (_file is not null)
            File.Delete(_file);
        await _stopped.CancelAsync();
        _socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopped.Dispose();
    }

    private static void ClearTheWay(string path)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(path) > UnixSocketFile.MaxPathOctets)
            throw new IOException($"Cannot listen on unix:{path}: the path of a socket may have {UnixSocketFile.MaxPathOctets} octets at most.");
        if (UnixSocketFile.Look(path) is not { Exists: true } found)
            return;
        if (!found.IsSocket)
            throw new IOException($"Cannot listen on unix:{path}: something that is no socket stands there.");
        using var knock = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            knock.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException trouble) when (trouble.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable)
        {
            return; // nobody is behind it any more
        }
        catch (SocketException)
        {
            // Too busy to answer, or not for us: somebody is there all the same.
        }
        throw new IOException($"Cannot listen on unix:{path}: another process listens there.");
    }

    private async Task SurviveAsync(SocketException trouble)
    {
        LogAcceptFailed(_log, Address, trouble.Message, AcceptPause);
        try
        {
            await Task.Delay(AcceptPause, _clock, _stopped.Token);
        }
        catch (OperationCanceledException)
        {
            // We stop.
        }
    }

    [LoggerMessage(EventId = 3010, Level = LogLevel.Error, Message = "Accepting on {Address} failed ({Trouble}); trying again in {Pause}")]
    private static partial void LogAcceptFailed(ILogger log, string address, string trouble, TimeSpan pause);
}
