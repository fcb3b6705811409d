using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>A server on one of our own addresses, as strangers find it: greets, offers TLS with the certificate a test wants, relays for nobody.</summary>
public sealed class FrontDoor : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly ConcurrentBag<Task> _conversations = [];
    private readonly Task _accepting;

    private FrontDoor(Socket listener, string name, Func<string?, X509Certificate2> certificate)
    {
        (_listener, Name, Certificate) = (listener, name, certificate);
        _accepting = AcceptAsync();
    }

    public string Name { get; set; }

    /// <summary>By the name a client asks for (SNI); null when it asks for none.</summary>
    public Func<string?, X509Certificate2> Certificate { get; set; }

    public static FrontDoor Open(LabHost host, IPEndPoint at, string name, X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(host);
        return new FrontDoor(host.Listen(at), name, _ => certificate);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_conversations);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _conversations.Add(ConverseAsync(await _listener.AcceptAsync()));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // It is closed.
        }
    }

    private async Task ConverseAsync(Socket socket)
    {
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await SayAsync(stream, $"220 {Name} ESMTP");
            while (await LineAsync(stream) is { } line)
            {
                switch (line.Split(' ', ':')[0].ToUpperInvariant())
                {
                    case "EHLO":
                        await SayAsync(stream, $"250-{Name}\r\n250-PIPELINING{(stream is SslStream ? "" : "\r\n250-STARTTLS")}\r\n250 SIZE 1000000");
                        break;
                    case "STARTTLS":
                        await SayAsync(stream, "220 go ahead");
                        stream = await EncryptAsync(stream);
                        break;
                    case "QUIT":
                        await SayAsync(stream, "221 bye");
                        return;
                    case "RCPT":
                        await SayAsync(stream, "550 5.7.1 relaying denied");
                        break;
                    default:
                        await SayAsync(stream, "250 ok");
                        break;
                }
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            // The visitor has seen enough.
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    private async Task<Stream> EncryptAsync(Stream stream)
    {
        var encrypted = new SslStream(stream);
        await encrypted.AuthenticateAsServerAsync((_, hello, _, _) => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificate = Certificate(string.IsNullOrEmpty(hello.ServerName) ? null : hello.ServerName) }), null);
        return encrypted;
    }

    private static async Task SayAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"));

    // Clients wait for every answer here: what lies behind the line is nothing yet.
    private static async Task<string?> LineAsync(Stream stream)
    {
        var buffer = new byte[1024];
        for (var length = 0; length < buffer.Length; length++)
        {
            if (await stream.ReadAsync(buffer.AsMemory(length, 1)) == 0)
            {
                return null;
            }

            if (buffer[length] == '\n')
            {
                return Encoding.ASCII.GetString(buffer, 0, length).TrimEnd('\r');
            }
        }

        return null;
    }
}
