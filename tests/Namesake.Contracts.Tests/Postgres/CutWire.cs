using System.Net.Sockets;
using System.Text;

namespace Namesake.Contracts.Tests.Postgres;

/// <summary>A way to a server that can be cut as a network is: what is under way stops without a word, and new connections hang. Or it breaks behind a word: the server gets it, its answer is lost.</summary>
public sealed class CutWire : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("namesake-wire-");
    private readonly UnixDomainSocketEndPoint _server;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly List<Socket> _open = [];
    private readonly List<Task> _pumps = [];
    private readonly Lock _lock = new();
    private readonly Task _accepting;
    private bool _cut;
    private bool _broken;
    private byte[]? _last;

    /// <param name="server">The directory of its socket.</param>
    public CutWire(string server)
    {
        _server = new UnixDomainSocketEndPoint(Path.Combine(server, ".s.PGSQL.5432"));
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_directory.FullName, ".s.PGSQL.5432")));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>As the server's, for who goes by this way.</summary>
    public string Host => _directory.FullName;

    public void Cut()
    {
        lock (_lock)
            _cut = true;
    }

    /// <summary>The next time a client says this it is the last thing that gets through: all connections end, and new ones do at once.</summary>
    public void BreakBehind(string said)
    {
        lock (_lock)
            _last = Encoding.ASCII.GetBytes(said);
    }

    /// <summary>What was cut off is found broken, as after a cable is back; new connections get through.</summary>
    public void Mend()
    {
        lock (_lock)
            (_cut, _broken) = (false, false);
        EndAll();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        Mend();
        await Task.WhenAll(_pumps);
        _directory.Delete(recursive: true);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await _listener.AcceptAsync();
                lock (_lock)
                {
                    if (_broken)
                    {
                        near.Dispose();
                        continue;
                    }

                    _open.Add(near);
                    if (_cut)
                        continue;
                    var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    _open.Add(far);
                    _pumps.Add(JoinAsync(near, far));
                }
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task JoinAsync(Socket near, Socket far)
    {
        try
        {
            await far.ConnectAsync(_server);
            await Task.WhenAll(PumpAsync(near, far, isClient: true), PumpAsync(far, near, isClient: false));
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            near.Dispose();
        }
        finally
        {
            far.Dispose();
        }
    }

    // What was said last is in the server's hands: it reads that before it notices the end.
    private void EndAll()
    {
        List<Socket> ended;
        lock (_lock)
        {
            ended = [.. _open];
            _open.Clear();
        }
        ended.ForEach(socket => socket.Dispose());
    }

    private async Task PumpAsync(Socket from, Socket to, bool isClient)
    {
        var buffer = new byte[65_536];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
            {
                var isLast = false;
                lock (_lock)
                {
                    if (_cut)
                        return;
                    if (isClient && _last is { } last && buffer.AsSpan(0, read).IndexOf(last) >= 0)
                        (isLast, _cut, _broken, _last) = (true, true, true, null); // before the server can answer
                }

                for (var sent = 0; sent < read; sent += await to.SendAsync(buffer.AsMemory(sent, read - sent)))
                {
                    // Until all of it is on its way.
                }

                if (isLast)
                    break;
            }
            to.Shutdown(SocketShutdown.Send);
            if (_broken)
                EndAll();
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
