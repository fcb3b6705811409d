using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Namesake.Demo;

/// <summary>A plain SMTP client as applications have one: it connects without choosing an address and says whatever name it was given.</summary>
public static class DemoClient
{
    /// <summary>Sends one message.</summary>
    /// <returns>The last reply line: the one to the final dot, or the refusal that came before.</returns>
    public static async Task<string> SendAsync(IPEndPoint server, string ehlo, string from, string to, string subject, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellation);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var reply = await ReplyAsync(reader, cancellation);
        string[] commands = [$"EHLO {ehlo}", $"MAIL FROM:<{from}>", $"RCPT TO:<{to}>", "DATA", $"From: <{from}>\r\nTo: <{to}>\r\nSubject: {subject}\r\n\r\nHello from {from}.\r\n."];
        foreach (var command in commands)
        {
            if (reply[0] is not ('2' or '3'))
                return reply;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), cancellation);
            reply = await ReplyAsync(reader, cancellation);
        }

        return reply;
    }

    private static async Task<string> ReplyAsync(StreamReader reader, CancellationToken cancellation)
    {
        while (true)
        {
            var line = await reader.ReadLineAsync(cancellation) ?? throw new IOException("the server hung up");
            if (line.Length < 4 || line[3] == ' ')
                return line;
        }
    }
}
