using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Namesake.Core.Pipeline;

namespace Namesake.Network.Sockets;

/// <summary>One TCP connection as pipes, plain at first, TLS later where the session asks for it.</summary>
/// <remarks>
/// <para>The pipes stand straight on the socket, without loops of their own in between: SMTP is a dialogue, so the session that waits for the next
/// line is the only reader there is, and its thread may as well do the receiving. A peer that talks without being read is slowed by TCP.</para>
/// <para>States: plain → (TLS) → disposed, and aborted from any of them. Disposing sends what was written and then ends; it never waits longer than
/// <see cref="SocketSettings.Linger"/>. After <see cref="Abort"/> a pending read or flush ends with an <see cref="IOException"/>.</para>
/// </remarks>
internal sealed class PipeConnection : IConnection
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly SocketSettings _settings;
    private readonly TimeProvider _clock;
    private SslStream? _tls;
    private int _disposed;
    private volatile bool _aborted;

    public PipeConnection(Socket socket, SocketSettings settings, TimeProvider clock)
    {
        _socket = socket;
        _settings = settings;
        _clock = clock;
        _stream = new NetworkStream(socket, ownsSocket: true);
        Input = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: settings.ReadBuffer, minimumReadSize: settings.ReadBuffer / 4, leaveOpen: true));
        Output = PipeWriter.Create(_stream, new StreamPipeWriterOptions(minimumBufferSize: settings.WriteBuffer, leaveOpen: true));
        // The remote one is null when the peer was gone before accept returned; such a connection ends at its first read.
        Local = EndPoints.Normalised(socket.LocalEndPoint) ?? EndPoints.None;
        Remote = EndPoints.Normalised(TryRemote(socket)) ?? EndPoints.None;
    }

    public PipeReader Input { get; private set; }

    public PipeWriter Output { get; private set; }

    public IPEndPoint Local { get; }

    public IPEndPoint Remote { get; }

    public TlsDetails? Tls { get; private set; }

    public Task StartTlsAsClientAsync(string serverName, bool verify, CancellationToken cancellation)
    {
        var judge = new PeerCertificate(verify);
        return StartTlsAsync(
            tls => tls.AuthenticateAsClientAsync(judge.OptionsFor(serverName, _settings.TrustedRoots), cancellation),
            () => judge.Verdict);
    }

    public Task StartTlsAsServerAsync(Func<string?, CertificateModel?> certificateFor, CancellationToken cancellation) =>
        StartTlsAsync(
            tls => tls.AuthenticateAsServerAsync(ServerTls.ChooseAsync, certificateFor, cancellation),
            () => "none");

    public void Abort()
    {
        _aborted = true;
        _socket.Close(timeout: 0); // a reset: what is unsent is lost, and the peer learns that it was
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        if (!_aborted)
        {
            using var limit = new CancellationTokenSource(_settings.Linger, _clock);
            using (limit.Token.UnsafeRegister(static connection => ((PipeConnection)connection!).Abort(), this))
                await CloseGracefullyAsync(limit.Token);
        }

        await TryAsync(async () => await Output.CompleteAsync());
        await TryAsync(async () => await Input.CompleteAsync());
        if (_tls is not null)
            await TryAsync(async () => await _tls.DisposeAsync());
        await _stream.DisposeAsync();
    }

    private async Task StartTlsAsync(Func<SslStream, Task> handshake, Func<string> verified)
    {
        if (_tls is not null)
            throw new InvalidOperationException("TLS is already on.");
        if (Input.TryRead(out var unread) && !unread.Buffer.IsEmpty)
        {
            Input.AdvanceTo(unread.Buffer.Start);
            throw new AuthenticationException("Octets sent in the clear were still unread when TLS was to start.");
        }

        var tls = new SslStream(_stream, leaveInnerStreamOpen: true);
        try
        {
            await handshake(tls);
        }
        catch (Exception trouble) when (trouble is not (AuthenticationException or IOException or OperationCanceledException))
        {
            await tls.DisposeAsync();
            throw new AuthenticationException($"The TLS handshake failed: {trouble.Message}", trouble);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
        _tls = tls;
        await Input.CompleteAsync(); // the plain pipes' buffers go back
        await Output.CompleteAsync();
        Tls = new TlsDetails(ServerTls.NameOf(tls.SslProtocol), tls.NegotiatedCipherSuite.ToString(), verified());
        // Zero-byte reads: an idle TLS connection holds no buffer either. 16 KiB is the largest TLS record.
        Input = PipeReader.Create(tls, new StreamPipeReaderOptions(bufferSize: 16 * 1024, minimumReadSize: 1024, leaveOpen: true, useZeroByteReads: true));
        Output = PipeWriter.Create(tls, new StreamPipeWriterOptions(minimumBufferSize: 4096, leaveOpen: true));
    }

    /// <summary>Each step is tried on its own: a caller may have completed a pipe already, a peer may be gone at any of them.</summary>
    private async Task CloseGracefullyAsync(CancellationToken limit)
    {
        await TryAsync(async () => await Output.FlushAsync(limit));
        if (_tls is not null)
            await TryAsync(_tls.ShutdownAsync);
        await TryAsync(async () => await LetThePeerReadAsync(limit));
    }

    /// <summary>Closing a socket while the peer is still sending makes the kernel reset it, which can destroy our last reply before the peer has read it.
    /// So what a talkative peer still sends is swallowed until it ends or half the linger time is over.</summary>
    private async Task LetThePeerReadAsync(CancellationToken limit)
    {
        if (!IsPeerTalking())
            return;
        _socket.Shutdown(SocketShutdown.Send);
        using var half = new CancellationTokenSource(_settings.Linger / 2, _clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(limit, half.Token);
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            while (await _socket.ReceiveAsync(buffer, patience.Token) > 0)
            {
                // Nobody wants it.
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Something is unread: in the kernel, or taken from it and not consumed, so that more may be on its way.</summary>
    private bool IsPeerTalking()
    {
        if (_socket.Available > 0)
            return true;
        if (!Input.TryRead(out var unread))
            return false;
        Input.AdvanceTo(unread.Buffer.Start);
        return !unread.Buffer.IsEmpty && !unread.IsCompleted;
    }

    private static EndPoint? TryRemote(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception trouble) when (trouble is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // The peer is gone, or the step was done before: nothing is owed any more.
        }
    }
}
