using System.Net;
using System.Net.Sockets;

namespace Namesake.Network.Dns;

/// <summary>TCP connections to name servers, kept a moment for the next question: RFC 7766 §6.2.1.</summary>
/// <remarks>An audit of ten thousand sources asks two servers some ten thousand questions over TCP. With a connection each, all local ports were waiting for their last packets after
/// three thousand sources, and finding a free one cost ten times the question (measured).</remarks>
internal sealed class DnsConnections : IDisposable
{
    // Short: a server's places are few, and in an audit the next question comes at once.
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(2);

    private const int MostIdle = 128;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPEndPoint, Stack<(Socket Socket, long Since)>> _idle = [];
    private readonly TimeProvider _clock;
    private readonly ITimer _sweeping;
    private int _count;
    private bool _ended;

    public DnsConnections(TimeProvider clock)
    {
        _clock = clock;
        _sweeping = clock.CreateTimer(_ => Sweep(), null, Kept, Kept);
    }

    /// <summary>The one used last, for the caller alone; null where none is kept. The server may have closed it meanwhile.</summary>
    public Socket? Take(IPEndPoint server)
    {
        lock (_gate)
        {
            if (!_idle.TryGetValue(server, out var sockets) || !sockets.TryPop(out var kept))
                return null;
            _count--;
            return kept.Socket;
        }
    }

    /// <summary>Nothing may be under way on it.</summary>
    public void Keep(IPEndPoint server, Socket socket)
    {
        lock (_gate)
        {
            if (!_ended && _count < MostIdle)
            {
                if (!_idle.TryGetValue(server, out var sockets))
                    _idle[server] = sockets = new();
                sockets.Push((socket, _clock.GetTimestamp()));
                _count++;
                return;
            }
        }
        socket.Dispose();
    }

    public void Dispose()
    {
        _sweeping.Dispose();
        lock (_gate)
        {
            _ended = true;
            foreach (var (socket, _) in _idle.Values.SelectMany(sockets => sockets))
                socket.Dispose();
            _idle.Clear();
        }
    }

    private void Sweep()
    {
        lock (_gate)
        {
            foreach (var (server, sockets) in _idle.ToList())
            {
                var young = sockets.Where(kept => _clock.GetElapsedTime(kept.Since) < Kept).Reverse().ToList(); // a stack gives the youngest first
                foreach (var (socket, _) in sockets.Where(kept => !young.Contains(kept)))
                    socket.Dispose();
                _count -= sockets.Count - young.Count;
                if (young.Count == 0)
                    _idle.Remove(server);
                else
                    _idle[server] = new(young);
            }
        }
    }
}
