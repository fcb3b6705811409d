using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Authentication;
using System.Text;
using Namesake.Core.Pipeline;
using Namesake.Network.Tests.Sockets;

namespace Namesake.Network.Tests.Inbound;

/// <summary>A mail server of the tests' own, as polite or as rude as a test wants it.</summary>
internal sealed class KnockedServer : IAsyncDisposable
{
    private readonly Loopback _loopback;
    private readonly Task _accepting;

    private KnockedServer(Loopback loopback, Func<IConnection, Task> talk)
    {
        _loopback = loopback;
        _accepting = AcceptAsync(talk);
    }

    public IPEndPoint At => _loopback.Listener.Address;

    public static async Task<KnockedServer> OpenAsync(Func<IConnection, Task> talk, IPAddress? address = null) => new(await Loopback.OpenAsync(address: address), talk);

    public static Task<KnockedServer> SayingAsync(string text, bool thenStay = true) => OpenAsync(async connection =>
    {
        await connection.SayAsync(text);
        while (thenStay && await LineAsync(connection) is not null)
        {
            // Heard, and never answered.
        }
    });

    /// <summary>Greets, offers TLS where there is a certificate, answers what else is said by <paramref name="reply"/>.</summary>
    public static Func<IConnection, Task> Polite(ConcurrentQueue<string> heard, string name = "mail.acme.example", Func<string?, CertificateModel?>? certificate = null, Func<string, string>? reply = null) => async connection =>
    {
        await connection.SayAsync($"220 {name} ESMTP\r\n");
        while (await LineAsync(connection) is { } line)
        {
            heard.Enqueue(line);
            switch (line.Split(' ', ':')[0])
            {
                case "EHLO":
                    await connection.SayAsync($"250-{name} at your service\r\n250-PIPELINING\r\n{(certificate is null || connection.Tls is not null ? "" : "250-STARTTLS\r\n")}250 SIZE 1000\r\n");
                    break;
                case "STARTTLS":
                    await connection.SayAsync("220 go ahead\r\n");
                    await connection.StartTlsAsServerAsync(certificate!, TestContext.Current.CancellationToken);
                    break;
                case "QUIT":
                    await connection.SayAsync("221 bye\r\n");
                    return;
                default:
                    await connection.SayAsync((reply?.Invoke(line) ?? "250 Ok") + "\r\n");
                    break;
            }
        }
    };

    public async ValueTask DisposeAsync()
    {
        await _loopback.DisposeAsync();
        await _accepting.WaitAsync(Loopback.Patience);
    }

    private static async Task<string?> LineAsync(IConnection connection)
    {
        while (true)
        {
            var read = await connection.Input.ReadAsync();
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.ASCII.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                connection.Input.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }
            connection.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
                return null;
        }
    }

    private async Task AcceptAsync(Func<IConnection, Task> talk)
    {
        while (await _loopback.Listener.AcceptAsync(CancellationToken.None) is { } connection)
            await using (connection)
                try
                {
                    await talk(connection);
                }
                catch (Exception gone) when (gone is IOException or AuthenticationException or InvalidOperationException)
                {
                    // The visitor has seen enough.
                }
    }
}
