using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Namesake.Core.Identity.Facts;
using Namesake.Network.Sockets;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Network.Inbound;

/// <summary>One connection to a server that is looked at. Every step has its time, the whole talk its octets; what breaks them is a <see cref="VisitEnded"/>.</summary>
internal sealed class VisitedServer : IAsyncDisposable
{
    private readonly InboundVisitSettings _settings;
    private readonly TimeProvider _clock;
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[ReplyReader.MaxOctets];
    private Stream _stream;
    private int _filled;
    private int _heard;

    private VisitedServer(Socket socket, InboundVisitSettings settings, TimeProvider clock)
    {
        (_socket, _settings, _clock) = (socket, settings, clock);
        _stream = new NetworkStream(socket, ownsSocket: true);
        Local = EndPoints.Normalised(socket.LocalEndPoint)?.Address ?? IPAddress.None;
    }

    public IPAddress Local { get; }

    /// <exception cref="VisitEnded">Nobody is there, or nobody can tell.</exception>
    public static async Task<VisitedServer> ConnectAsync(IPEndPoint at, InboundVisitSettings settings, TimeProvider clock, CancellationToken cancellation)
    {
        var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await WithinAsync(token => socket.ConnectAsync(at, token).AsTask(), "no answer to connecting", settings.Step, clock, cancellation);
            return new VisitedServer(socket, settings, clock);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async Task<SmtpReply> AskAsync(string command, CancellationToken cancellation)
    {
        if (_filled > 0)
            throw new VisitEnded("it talks without being asked", isRefusal: false);
        await WithinAsync(token => _stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), token).AsTask(), $"it takes nothing of {Verb(command)}", _settings.Step, _clock, cancellation);
        return await HearAsync($"no answer to {Verb(command)}", cancellation);
    }

    public async Task<SmtpReply> HearAsync(string silence, CancellationToken cancellation)
    {
        SmtpReply? reply = null;
        await WithinAsync(async token =>
        {
            while ((reply = Take()) is null)
            {
                var read = await _stream.ReadAsync(_buffer.AsMemory(_filled), token);
                if (read == 0)
                    throw new VisitEnded("it closed the connection", isRefusal: false);
                _filled += read;
                _heard += read;
                if (_heard > _settings.MostOctets)
                    throw new VisitEnded($"it said more than {_settings.MostOctets} octets", isRefusal: false);
            }
        }, silence, _settings.Step, _clock, cancellation);
        return reply!;
    }

    /// <summary>Any certificate is taken: it is to be looked at, not trusted.</summary>
    /// <param name="name">What is asked for (SNI); null: nothing.</param>
    public async Task<TlsSight> StartTlsAsync(string? name, ChainJudge judge, CancellationToken cancellation)
    {
        if (_filled > 0)
            throw new VisitEnded("it sent more in the clear behind its answer to STARTTLS", isRefusal: false);
        CertificateSight? seen = null;
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = name ?? "",
            EnabledSslProtocols = ServerTls.Versions,
            CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
            AllowRenegotiation = false,
            RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                if (certificate is X509Certificate2 leaf)
                {
                    var others = (chain?.ChainPolicy.ExtraStore ?? []).Take(CertificateSight.MostPresented).ToList();
                    seen = CertificateSight.Of(leaf, others, judge.Judge(leaf, others));
                }
                return seen is not null;
            },
        };
        try
        {
            await WithinAsync(token => tls.AuthenticateAsClientAsync(options, token), "the TLS handshake came to no end", _settings.Step, _clock, cancellation);
            _stream = tls;
            return new TlsSight(seen, "", false);
        }
        catch (AuthenticationException broken)
        {
            await tls.DisposeAsync();
            return new TlsSight(null, (broken.InnerException ?? broken).Message, true);
        }
        catch (VisitEnded broken)
        {
            await tls.DisposeAsync();
            return new TlsSight(null, broken.Message, false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _stream.DisposeAsync();
        }
        catch (Exception trouble) when (trouble is IOException or SocketException or ObjectDisposedException)
        {
            // It was gone before.
        }
        _socket.Dispose();
    }

    private SmtpReply? Take()
    {
        var unread = new ReadOnlySequence<byte>(_buffer, 0, _filled);
        var result = ReplyReader.TryRead(ref unread, out var reply, out var error);
        if (result == ReplyReadResult.Malformed || (result == ReplyReadResult.NeedMore && _filled == _buffer.Length))
            throw new VisitEnded($"what it says is no SMTP: {error ?? "a reply without end"}", isRefusal: false);
        if (result != ReplyReadResult.Complete)
            return null;
        var left = (int)unread.Length;
        _buffer.AsSpan(_filled - left, left).CopyTo(_buffer);
        _filled = left;
        return reply;
    }

    private static async Task WithinAsync(Func<CancellationToken, Task> step, string silence, TimeSpan patience, TimeProvider clock, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await step(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new VisitEnded($"{silence} within {patience.TotalSeconds:0.#} s", isRefusal: false);
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            throw new VisitEnded("nothing listens there", isRefusal: true);
        }
        catch (Exception broken) when (broken is SocketException or IOException)
        {
            throw new VisitEnded($"the connection broke: {broken.Message}", isRefusal: false);
        }
    }

    private static string Verb(string command) => command.Split(' ', ':')[0];
}

/// <summary>The visit can't go on; the message says why. Never leaves <see cref="InboundVisitor"/>.</summary>
/// <param name="isRefusal">A definite answer: nobody is there.</param>
#pragma warning disable CA1032, CA1064 // It is caught two frames up, and made in one form only.
internal sealed class VisitEnded(string message, bool isRefusal) : Exception(message)
#pragma warning restore CA1032, CA1064
{
    public bool IsRefusal { get; } = isRefusal;
}
