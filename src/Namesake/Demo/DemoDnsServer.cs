using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Namesake.Demo;

/// <summary>A name server in this process, over UDP and TCP: the demo's world and the tests' misbehaving one. For loopback; it keeps no rate and no secret.</summary>
public sealed class DemoDnsServer : IAsyncDisposable
{
    private readonly Socket _udp;
    private readonly Socket _tcp;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopped = new();
    private readonly ConcurrentDictionary<string, (DemoDnsFault Fault, TimeSpan Delay)> _faults = new();
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private readonly Task _loops;
    private int _totalAsked;
    private int _connections;

    /// <param name="endPoint">Port 0 takes a free one, the same for UDP and TCP.</param>
    /// <exception cref="SocketException">The address or port cannot be had.</exception>
    public DemoDnsServer(IPEndPoint endPoint, DemoZones zones, DemoDnsRole role, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        Zones = zones;
        Role = role;
        _clock = clock;
        (_udp, _tcp) = BindBoth(endPoint);
        EndPoint = (IPEndPoint)_tcp.LocalEndPoint!;
        _loops = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    public IPEndPoint EndPoint { get; }

    public DemoZones Zones { get; }

    public DemoDnsRole Role { get; }

    /// <summary>Sets AD, as a validating resolver does for what it found signed.</summary>
    public bool Validates { get; set; }

    /// <summary>Questions understood so far, faults included.</summary>
    public int QuestionsAsked => _totalAsked;

    /// <summary>TCP connections accepted so far.</summary>
    public int Connections => _connections;

    /// <summary>Questions about one name so far.</summary>
    public int QuestionsAbout(string name) => _asked.GetValueOrDefault(name);

    /// <summary>From now on questions about this name meet the fault; "*" means every name without one of its own.</summary>
    /// <param name="delay">Replies come this much later, right or wrong ones.</param>
    public void SetFault(string name, DemoDnsFault fault, TimeSpan delay = default) => _faults[name] = (fault, delay);

    public void ClearFault(string name) => _faults.TryRemove(name, out _);

    public async ValueTask DisposeAsync()
    {
        if (_stopped.IsCancellationRequested)
            return;
        await _stopped.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        await _loops;
    }

    private static (Socket Udp, Socket Tcp) BindBoth(IPEndPoint endPoint)
    {
        for (var attempt = 0; ; attempt++)
        {
            var tcp = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            var udp = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                tcp.Bind(endPoint);
                udp.Bind(tcp.LocalEndPoint!);
                tcp.Listen();
                return (udp, tcp);
            }
            catch (SocketException) when (endPoint.Port == 0 && attempt < 20)
            {
                // Somebody has the UDP port of that number: try another.
                tcp.Dispose();
                udp.Dispose();
            }
            catch
            {
                tcp.Dispose();
                udp.Dispose();
                throw;
            }
        }
    }

    private async Task ServeUdpAsync()
    {
        var buffer = new byte[4096];
        var anyone = new IPEndPoint(EndPoint.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                var received = await _udp.ReceiveFromAsync(buffer, SocketFlags.None, anyone, _stopped.Token);
                if (DemoDnsWire.ReadQuery(buffer.AsSpan(0, received.ReceivedBytes)) is { } query)
                    _ = AnswerUdpAsync(query, received.RemoteEndPoint);
            }
            catch (Exception trouble) when (trouble is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // A client that closed its port; or we stop.
            }
        }
    }

    private async Task AnswerUdpAsync(DemoDnsQuery query, EndPoint client)
    {
        try
        {
            if (await ReplyAsync(query, overTcp: false) is { } octets)
                await _udp.SendToAsync(octets, SocketFlags.None, client, _stopped.Token);
        }
        catch (Exception trouble) when (trouble is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone or we stop.
        }
    }

    private async Task ServeTcpAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                var client = await _tcp.AcceptAsync(_stopped.Token);
                Interlocked.Increment(ref _connections);
                _ = AnswerTcpAsync(client);
            }
            catch (Exception trouble) when (trouble is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // As above.
            }
        }
    }

    private async Task AnswerTcpAsync(Socket client)
    {
        try
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            var length = new byte[2];
            while (true)
            {
                await stream.ReadExactlyAsync(length, _stopped.Token);
                var octets = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(octets, _stopped.Token);
                if (DemoDnsWire.ReadQuery(octets) is not { } query || await ReplyAsync(query, overTcp: true) is not { } reply)
                    continue;
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)reply.Length);
                await stream.WriteAsync((byte[])[.. length, .. reply], _stopped.Token);
            }
        }
        catch (Exception trouble) when (trouble is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is done, or we stop.
        }
    }

    private async Task<byte[]?> ReplyAsync(DemoDnsQuery query, bool overTcp)
    {
        Interlocked.Increment(ref _totalAsked);
        var (fault, delay) = _faults.TryGetValue(query.Name, out var own) ? own : _faults.GetValueOrDefault("*");
        // The delay begins before the question counts: who has seen the count may move the clock.
        var delayed = delay > TimeSpan.Zero ? Task.Delay(delay, _clock, _stopped.Token) : Task.CompletedTask;
        _asked.AddOrUpdate(query.Name, 1, (_, count) => count + 1);
        await delayed;
        return DemoDnsFaults.Apply(fault, query, overTcp, this);
    }
}
