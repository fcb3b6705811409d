using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Namesake.Bench.Traffic;

/// <summary>A receiver that keeps the ledger. It echoes the client's address in its EHLO reply, as large receivers do, and offers STARTTLS when it has a certificate.</summary>
/// <param name="slow">How long it thinks about every message before it answers the final dot.</param>
internal sealed class Sink(Ledger ledger, TimeSpan slow, X509Certificate2? certificate)
{
    public async Task ListenAsync(IPEndPoint at)
    {
        using var listener = new TcpListener(at);
        listener.Start(1000);
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync();
            client.NoDelay = true;
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await ConverseAsync(client);
            }
            catch (Exception ended) when (ended is IOException or SocketException or System.Security.Authentication.AuthenticationException)
            {
                // The relay left, or was killed: what wasn't confirmed isn't in the ledger.
            }
        }
    }

    private async Task ConverseAsync(TcpClient client)
    {
        var wire = new Wire(client.GetStream());
        var peer = ((IPEndPoint)client.Client.RemoteEndPoint!).Address;
        var (sender, recipient, secure) = ("", "", false);
        await wire.SayAsync("220 mx.sink.example ESMTP\r\n", default);
        while (await wire.LineAsync(default) is { } line)
        {
            var verb = line.Length >= 4 ? line[..4].ToUpperInvariant() : line;
            switch (verb)
            {
                case "EHLO":
                    await wire.SayAsync($"250-mx.sink.example Hello {line[5..]} [{peer}]\r\n250-PIPELINING\r\n250-8BITMIME\r\n{(certificate is not null && !secure ? "250-STARTTLS\r\n" : "")}250 SIZE 50000000\r\n", default);
                    break;
                case "STAR" when certificate is not null && !secure:
                    await wire.SayAsync("220 go on\r\n", default);
                    var tls = new SslStream(wire.Stream);
                    await tls.AuthenticateAsServerAsync(certificate);
                    (wire, secure) = (new Wire(tls), true);
                    break;
                case "MAIL":
                    (sender, recipient) = (line, "");
                    await wire.SayAsync("250 ok\r\n", default);
                    break;
                case "RCPT":
                    recipient = line;
                    var answer = Number(line, 'r') is { } asked ? ledger.Refusal(asked) : Number(line, 's') is { } reported ? ledger.RefusalOfReport(reported) : null;
                    await wire.SayAsync(answer is not null ? Forget(answer) : "250 ok\r\n", default);
                    break;
                case "DATA" when recipient.Length == 0:
                    await wire.SayAsync("554 no recipients\r\n", default);
                    break;
                case "DATA":
                    await wire.SayAsync("354 go on\r\n", default);
                    if (!await wire.ContentAsync(default))
                        return;
                    if (slow > TimeSpan.Zero)
                        await Task.Delay(slow);
                    Keep(recipient);
                    await wire.SayAsync("250 ok\r\n", default);
                    break;
                case "QUIT":
                    await wire.SayAsync("221 bye\r\n", default);
                    return;
                default:
                    await wire.SayAsync("250 ok\r\n", default);
                    break;
            }
        }

        string Forget(string refusal)
        {
            recipient = "";
            return refusal;
        }
    }

    private void Keep(string recipient)
    {
        if (Number(recipient, 'r') is { } delivered)
            ledger.Delivered(delivered);
        else if (Number(recipient, 's') is { } returned)
            ledger.Returned(returned);
        else
            ledger.Stranger();
    }

    /// <summary>The number in RCPT TO:&lt;r17@…&gt;.</summary>
    private static int? Number(string line, char kind)
    {
        var from = line.IndexOf('<', StringComparison.Ordinal) + 1;
        var to = line.IndexOf('@', StringComparison.Ordinal);
        return from > 0 && to > from && line[from] == kind && int.TryParse(line.AsSpan(from + 1, to - from - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
