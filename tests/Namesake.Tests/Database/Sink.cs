using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Namesake.Tests.Database;

/// <summary>A receiver that takes everything, but for nobody@, and remembers it.</summary>
internal sealed class Sink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentBag<Task> _sessions = [];
    private readonly Task _accepting;
    private int _begun;
    private int _open;

    public Sink()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Of each message, when its final dot was answered.</summary>
    public ConcurrentQueue<string> Subjects { get; } = new();

    /// <summary>MAIL FROMs heard.</summary>
    public int Begun => Volatile.Read(ref _begun);

    /// <summary>Connections open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>What the answer to a final dot waits for.</summary>
    public Task Readiness { get; set; } = Task.CompletedTask;

    /// <summary>Of each message, without dot stuffing.</summary>
    public ConcurrentQueue<string> Contents { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_sessions.ToArray());
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _sessions.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        Interlocked.Increment(ref _open);
        try
        {
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            Task SayAsync(string line) => client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), _ending.Token).AsTask();
            await SayAsync("220 sink.test ESMTP");
            var (content, subject) = (false, "");
            var text = new StringBuilder();
            while (await reader.ReadLineAsync(_ending.Token) is { } line)
                if (content)
                {
                    if (line.StartsWith("Subject: ", StringComparison.Ordinal))
                        subject = line["Subject: ".Length..];
                    if (line != ".")
                    {
                        text.Append(line, line.StartsWith('.') ? 1 : 0, line.Length - (line.StartsWith('.') ? 1 : 0)).Append("\r\n");
                        continue;
                    }
                    content = false;
                    await Readiness;
                    Contents.Enqueue(text.ToString());
                    text.Clear();
                    Subjects.Enqueue(subject);
                    await SayAsync("250 2.0.0 taken");
                }
                else
                {
                    content = line == "DATA";
                    if (line.StartsWith("MAIL FROM:", StringComparison.Ordinal))
                        Interlocked.Increment(ref _begun);
                    await SayAsync(content ? "354 go on" : line == "QUIT" ? "221 bye" : line.StartsWith("RCPT TO:<nobody@", StringComparison.Ordinal) ? "550 5.1.1 no such user" : "250 ok");
                }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
