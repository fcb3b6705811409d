using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Namesake.Core.Tests.Pipeline.Delivery;

/// <summary>A mail echo as helocheck@abuseat.org is one: refuses with the address it really sees and the name it really hears.</summary>
internal sealed class EchoService : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;
    private readonly string? _echoAt;
    private readonly string _welcome;
    private readonly string? _calls;

    /// <param name="echoAt">The command it refuses with them; null: it takes everything and says nothing.</param>
    /// <param name="calls">What it takes us for in place of the name it hears: something on the way has changed it.</param>
    public EchoService(string? echoAt = "RCPT", string welcome = "250 echo.example", string? calls = null)
    {
        (_echoAt, _welcome, _calls) = (echoAt, welcome, calls);
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Of all conversations, one behind the other.</summary>
    public ConcurrentQueue<string> Heard { get; } = [];

    public int Conversations { get; private set; }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving.WaitAsync(TimeSpan.FromSeconds(20)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            using var client = await _listener.AcceptTcpClientAsync();
            Conversations++;
            await TalkAsync(client);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var (name, inContent) = ("", false);
        await SayAsync("220 echo.example ESMTP");
        while (await reader.ReadLineAsync() is { } line)
        {
            Heard.Enqueue(line);
            var verb = inContent ? line == "." ? "." : "" : line.Split(' ')[0];
            if (verb == "EHLO")
                name = _calls ?? line["EHLO ".Length..];
            if (verb == _echoAt)
            {
                inContent = false;
                await SayAsync($"550-5.7.1 Hello. The HELO name for IP\r\n550 5.7.1 address {((IPEndPoint)client.Client.RemoteEndPoint!).Address} was '{name}' (valid syntax)");
                continue;
            }
            switch (verb)
            {
                case "":
                    break;
                case "QUIT":
                    await SayAsync("221 bye");
                    return;
                case "EHLO":
                    await SayAsync(_welcome);
                    break;
                case "DATA":
                    inContent = true;
                    await SayAsync("354 go on");
                    break;
                default:
                    inContent = false;
                    await SayAsync("250 ok");
                    break;
            }
        }

        Task SayAsync(string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n")).AsTask();
    }
}
