using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Namesake.Core.Dns;
using Namesake.Network.Dns.Wire;

namespace Namesake.Network.Dns;

/// <summary>One question to one server: UDP first, TCP where the reply was truncated.</summary>
/// <remarks>Verdicts hang on these replies, so a forger off the path has to guess: the socket is connected (the kernel drops other senders, and a
/// closed port is seen at once), its port and the id are fresh for each try, the question must be repeated. RFC 5452 §9. What doesn't fit is dropped and waiting goes on.</remarks>
internal sealed class DnsExchange(int inFlight, TimeProvider clock, DnsConnections? connections = null) : IDisposable
{
    private const int FormatError = 1;
    private const int NotImplemented = 4;

    private readonly SemaphoreSlim _inFlight = new(inFlight);
    private long _strays;

    /// <summary>Datagrams that fitted no question of ours so far: late replies, broken servers, forgers.</summary>
    public long Strays => Interlocked.Read(ref _strays);

    public Task<DnsExchanged> AskAsync(IPEndPoint server, WireQuestion question, bool recursion, TimeSpan tryTimeout, int tries, CancellationToken cancellation) =>
        AskAsync(server, question, new DnsManner(recursion), tryTimeout, tries, cancellation);

    /// <summary>Never throws for what the server or the network does.</summary>
    public async Task<DnsExchanged> AskAsync(IPEndPoint server, WireQuestion question, DnsManner manner, TimeSpan tryTimeout, int tries, CancellationToken cancellation)
    {
        var took = TimeSpan.Zero;
        var last = new DnsExchanged(null, DnsOutcome.TimedOut);
        var extended = true;
        for (var attempt = 0; attempt < tries; attempt++)
        {
            last = await TryAsync(server, question, manner, extended, tryTimeout, cancellation);
            took += last.Took;
            // A server that does not know EDNS says so without it: RFC 6891 §7.
            if (extended && last.Reply is { HasOpt: false, ResponseCode: FormatError or NotImplemented })
            {
                extended = false;
                last = await TryAsync(server, question, manner, extended, tryTimeout, cancellation);
                took += last.Took;
            }
            // Silence and noise may be a lost packet; an answer or a closed port is not.
            if (last.Reply is not null || last.Trouble == DnsOutcome.Unreachable)
                break;
        }
        return last with { Took = took };
    }

    public void Dispose()
    {
        _inFlight.Dispose();
        connections?.Dispose();
    }

    private async Task<DnsExchanged> TryAsync(IPEndPoint server, WireQuestion question, DnsManner manner, bool extended, TimeSpan timeout, CancellationToken cancellation)
    {
        await _inFlight.WaitAsync(cancellation);
        var start = clock.GetTimestamp();
        try
        {
            var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
            var query = question.ToQuery(id, manner, extended);
            var exchanged = manner.Only == DnsTransport.Tcp ? await ByTcpAsync() : await WithinAsync(timeout, token => OverUdpAsync(server, query, id, question, token), cancellation);
            if (exchanged.Reply is { Truncated: true } && manner.Only is null)
                exchanged = await ByTcpAsync();
            // Truncated over TCP is nonsense, and over UDP alone it is no answer.
            return (exchanged.Reply is { Truncated: true } ? new DnsExchanged(null, DnsOutcome.Truncated) : exchanged) with { Took = clock.GetElapsedTime(start) };

            Task<DnsExchanged> ByTcpAsync() => WithinAsync(timeout, token => OverTcpAsync(server, query, id, question, token), cancellation);
        }
        finally
        {
            _inFlight.Release();
        }
    }

    private async Task<DnsExchanged> WithinAsync(TimeSpan timeout, Func<Listening, Task<WireMessage>> exchange, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var listening = new Listening(either.Token);
        try
        {
            return new DnsExchanged(await exchange(listening), DnsOutcome.Answer);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new DnsExchanged(null, listening.HeardNoise ? DnsOutcome.Malformed : DnsOutcome.TimedOut);
        }
        catch (FormatException)
        {
            return new DnsExchanged(null, DnsOutcome.Malformed);
        }
        catch (Exception trouble) when (trouble is SocketException or IOException)
        {
            var code = (trouble as SocketException ?? trouble.InnerException as SocketException)?.SocketErrorCode;
            return new DnsExchanged(null, code == SocketError.TimedOut ? DnsOutcome.TimedOut : DnsOutcome.Unreachable) { HasNoRoute = code is SocketError.NetworkUnreachable or SocketError.AddressFamilyNotSupported };
        }
    }

    private async Task<WireMessage> OverUdpAsync(IPEndPoint server, byte[] query, ushort id, WireQuestion question, Listening listening)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, listening.Token);
        await socket.SendAsync(query, listening.Token);
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, listening.Token);
                if (Understood(buffer.AsSpan(0, received), id, question) is { } reply)
                    return reply;
                listening.HeardNoise = true;
                Interlocked.Increment(ref _strays);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<WireMessage> OverTcpAsync(IPEndPoint server, byte[] query, ushort id, WireQuestion question, Listening listening)
    {
        if (connections?.Take(server) is { } kept)
        {
            try
            {
                return await ConverseAsync(server, kept, query, id, question, listening);
            }
            catch (Exception trouble) when (trouble is SocketException or IOException)
            {
                // Closed meanwhile, which a server may do at any time: a new one it is.
            }
        }
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, listening.Token);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        return await ConverseAsync(server, socket, query, id, question, listening);
    }

    /// <summary>One question and its answer; whatever goes wrong ends the connection.</summary>
    private async Task<WireMessage> ConverseAsync(IPEndPoint server, Socket socket, byte[] query, ushort id, WireQuestion question, Listening listening)
    {
        var isClean = false;
        byte[]? buffer = null;
        try
        {
            var framed = new byte[query.Length + 2];
            BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Length);
            query.CopyTo(framed, 2);
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            await stream.WriteAsync(framed, listening.Token);
            await stream.ReadExactlyAsync(framed.AsMemory(0, 2), listening.Token);
            var length = BinaryPrimitives.ReadUInt16BigEndian(framed);
            buffer = ArrayPool<byte>.Shared.Rent(length);
            await stream.ReadExactlyAsync(buffer.AsMemory(0, length), listening.Token);
            // Nobody else can write here: what doesn't fit now won't get better by waiting.
            var reply = Understood(buffer.AsSpan(0, length), id, question) ?? throw new FormatException("the reply does not fit the question");
            isClean = true;
            return reply;
        }
        finally
        {
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
            if (isClean && connections is not null)
                connections.Keep(server, socket);
            else
                socket.Dispose();
        }
    }

    /// <summary>Null: not a reply to this question, perhaps a forger's guess or an older try's.</summary>
    /// <exception cref="FormatException">It carries our id but is no DNS message: the server itself is broken.</exception>
    private static WireMessage? Understood(ReadOnlySpan<byte> octets, ushort id, WireQuestion question)
    {
        if (octets.Length < 12 || BinaryPrimitives.ReadUInt16BigEndian(octets) != id)
            return null;
        var message = WireMessage.Parse(octets);
        if (!message.IsReply)
            return null;
        // Servers that refuse or fail may leave the question out.
        return message.Question == question || (message.Question is null && message.ResponseCode != 0) ? message : null;
    }

    private sealed class Listening(CancellationToken token)
    {
        public CancellationToken Token { get; } = token;

        public bool HeardNoise { get; set; }
    }
}

/// <param name="Reply">Null when there was none; then <paramref name="Trouble"/> says why.</param>
/// <param name="Took">All tries, without waiting for a turn.</param>
internal sealed record DnsExchanged(WireMessage? Reply, DnsOutcome Trouble, TimeSpan Took = default)
{
    /// <summary>This machine has no way to addresses of the server's kind.</summary>
    public bool HasNoRoute { get; init; }
}
