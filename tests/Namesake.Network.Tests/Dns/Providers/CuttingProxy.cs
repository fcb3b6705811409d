using System.Net;
using System.Net.Sockets;

namespace Namesake.Network.Tests.Dns.Providers;

/// <summary>Between a provider and its server: lets what it is asked through, and does with the answer what the test says.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _stop = new();
    private int _connections;

    public CuttingProxy(IPEndPoint server)
    {
        _server = server;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _ = AcceptAsync();
    }

    public IPEndPoint At => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>What becomes of the server's answer on the connection of this number, from 1; null: the connection is cut when the server has answered. Default: it is passed on.</summary>
    public Func<int, byte[], byte[]?> Answer { get; set; } = (_, answer) => answer;

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptAsync(_stop.Token), Interlocked.Increment(ref _connections));
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket client, int number)
    {
        using (client)
        using (var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
            try
            {
                await server.ConnectAsync(_server, _stop.Token);
                var buffer = new byte[128 * 1024];
                while (await client.ReceiveAsync(buffer, _stop.Token) is > 0 and var asked)
                {
                    await server.SendAsync(buffer.AsMemory(0, asked), _stop.Token);
                    var answered = await server.ReceiveAsync(buffer, _stop.Token);
                    if (Answer(number, buffer[..answered]) is not { } passed)
                        return;
                    await client.SendAsync(passed, _stop.Token);
                }
            }
            catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                // One of them has gone.
            }
    }
}
