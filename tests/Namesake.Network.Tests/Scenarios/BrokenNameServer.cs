using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>How a name server fails.</summary>
internal enum Failing
{
    Silent,
    ServFail,
    Refused,

    /// <summary>It points to the root, without authority.</summary>
    Lame,

    /// <summary>Nothing fits, over TCP neither.</summary>
    Truncating,

    /// <summary>The header is right, the rest is noise.</summary>
    Garbage,
}

/// <summary>A name server on UDP and TCP that does one thing wrong, always.</summary>
internal sealed class BrokenNameServer : IAsyncDisposable
{
    private const int HeaderLength = 12;

    private readonly Failing _failing;
    private readonly Socket _datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly TcpListener _streams;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task[] _loops;

    public BrokenNameServer(IPEndPoint at, Failing failing)
    {
        _failing = failing;
        _datagrams.Bind(at);
        _streams = new TcpListener(at);
        _streams.Start();
        _loops = [ServeDatagramsAsync(), ServeStreamsAsync()];
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _datagrams.Dispose();
        _streams.Dispose();
        foreach (var loop in _loops)
            await loop.ContinueWith(static _ => { }, TaskScheduler.Default);
        _ended.Dispose();
    }

    private async Task ServeDatagramsAsync()
    {
        var buffer = new byte[4096];
        while (!_ended.IsCancellationRequested)
        {
            var heard = await _datagrams.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _ended.Token);
            if (Answer(buffer.AsSpan(0, heard.ReceivedBytes)) is { } answer)
                await _datagrams.SendToAsync(answer, heard.RemoteEndPoint, _ended.Token);
        }
    }

    private async Task ServeStreamsAsync()
    {
        while (!_ended.IsCancellationRequested)
            _ = ServeAsync(await _streams.AcceptTcpClientAsync(_ended.Token));
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var length = new byte[2];
                while (true)
                {
                    await stream.ReadExactlyAsync(length, _ended.Token);
                    var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                    await stream.ReadExactlyAsync(question, _ended.Token);
                    if (Answer(question) is not { } answer)
                        continue;
                    BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
                    await stream.WriteAsync((byte[])[.. length, .. answer], _ended.Token);
                }
            }
            catch (Exception end) when (end is IOException or OperationCanceledException or SocketException)
            {
                // The client is done, or the tests are.
            }
        }
    }

    private byte[]? Answer(ReadOnlySpan<byte> question)
    {
        if (_failing == Failing.Silent || question.Length <= HeaderLength)
            return null;
        var end = HeaderLength;
        while (end < question.Length && question[end] != 0)
            end += question[end] + 1;
        end += 5; // the root label, type and class
        if (end > question.Length)
            return null;
        var reply = question[..end].ToArray();
        reply[2] = (byte)(0x80 | (question[2] & 0x01)); // a response; recursion desired as asked
        reply[3] = 0;
        reply.AsSpan(6, 6).Clear();
        switch (_failing)
        {
            case Failing.ServFail:
                reply[3] = 2;
                return reply;
            case Failing.Refused:
                reply[3] = 5;
                return reply;
            case Failing.Truncating:
                reply[2] |= 0x06; // authoritative, truncated
                return reply;
            case Failing.Lame:
                reply[9] = 1; // one authority: . NS a.
                return [.. reply, 0, 0, 2, 0, 1, 0, 0, 0x0e, 0x10, 0, 3, 1, (byte)'a', 0];
            default:
                reply[2] |= 0x04;
                reply[7] = 3; // three answers are promised; what follows is a name that never ends
                return [.. reply, 0xc0, (byte)end, 0xff, 0xff, 0xff];
        }
    }
}
