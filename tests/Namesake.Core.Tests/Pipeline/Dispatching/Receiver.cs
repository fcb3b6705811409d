using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>A receiver on a loopback socket that takes everything, unless the test has another answer.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly ConcurrentDictionary<ReceiverSession, Task> _sessions = new();
    private readonly ConcurrentQueue<Arrival> _arrivals = new();
    private readonly Task _accepting;
    private int _connections;

    /// <param name="at">Null: IPv4, on a port that is free.</param>
    public Receiver(IPEndPoint? at = null)
    {
        at ??= new IPEndPoint(IPAddress.Loopback, 0);
        _listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(at);
        _listener.Listen();
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>The answer to a command, by its text; "greeting" and "." (the final dot) are commands too. Null: yes. <see cref="ReceiverSession.HangUp"/> and
    /// <see cref="ReceiverSession.Silence"/> are no answers.</summary>
    public Func<ReceiverSession, string, string?> Says { get; set; } = (_, _) => null;

    public IReadOnlyList<Arrival> Arrivals => _arrivals.ToArray();

    /// <summary>Connections so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Connections open now.</summary>
    public int Open => _sessions.Count;

    public void Arrived(Arrival arrival) => _arrivals.Enqueue(arrival);

    /// <summary>Ends every connection that is open, as a receiver does with idle clients.</summary>
    public void HangUp(string? sayingBefore = null)
    {
        foreach (var (session, _) in _sessions.ToArray())
            session.End(sayingBefore);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        HangUp();
        await Task.WhenAll(_sessions.ToArray().Select(pair => pair.Value));
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync();
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                return;
            }

            var session = new ReceiverSession(this, socket, Interlocked.Increment(ref _connections));
            var over = new TaskCompletionSource();
            _sessions[session] = over.Task;
            _ = TalkAsync();

            async Task TalkAsync()
            {
                await session.TalkAsync();
                _sessions.TryRemove(session, out _);
                over.SetResult();
            }
        }
    }
}
