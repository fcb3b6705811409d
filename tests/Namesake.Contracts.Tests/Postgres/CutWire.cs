using System.Net.Sockets;

namespace Namesake.Contracts.Tests.Postgres;

/// <summary>A way to a server that can be cut as a network is: what is under way stops without a word, and new connections hang.</summary>
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

    /// <summary>What was cut off is found broken, as after a cable is back; new connections get through.</summary>
    public void Mend()
    {
        List<Socket> broken;
        lock (_lock)
        {
            _cut = false;
            broken = [.. _open];
            _open.Clear();
        }
        broken.ForEach(socket => socket.Dispose());
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
            await Task.WhenAll(PumpAsync(near, far), PumpAsync(far, near));
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

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[65_536];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
            {
                lock (_lock)
                    if (_cut)
                        return;
                for (var sent = 0; sent < read; sent += await to.SendAsync(buffer.AsMemory(sent, read - sent)))
                {
                    // Until all of it is on its way.
                }
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
