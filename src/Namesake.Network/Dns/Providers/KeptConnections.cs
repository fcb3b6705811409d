using System.Net.Sockets;

namespace Namesake.Network.Dns.Providers;

/// <summary>Connections to one server that nobody uses at the moment.</summary>
internal sealed class KeptConnections(TimeProvider time) : IDisposable
{
    private const int Most = 8;

    /// <summary>Shorter than servers wait for the next question: PowerDNS 5 s, Knot 10 s, BIND 30 s (RFC 7766 §6.2.3).</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(2);

    private readonly Stack<(Socket Socket, long Since)> _resting = new();
    private bool _isOver;

    /// <returns>Null: none that is worth a try.</returns>
    public Socket? TryTake()
    {
        lock (_resting)
            while (_resting.TryPop(out var kept))
            {
                if (time.GetElapsedTime(kept.Since) < LongestRest)
                    return kept.Socket;
                kept.Socket.Dispose();
            }
        return null;
    }

    /// <returns>False: it is the caller's still.</returns>
    public bool Keep(Socket socket)
    {
        lock (_resting)
        {
            if (_isOver || _resting.Count >= Most)
                return false;
            _resting.Push((socket, time.GetTimestamp()));
            return true;
        }
    }

    public void Dispose()
    {
        lock (_resting)
        {
            _isOver = true;
            while (_resting.TryPop(out var kept))
                kept.Socket.Dispose();
        }
    }
}
