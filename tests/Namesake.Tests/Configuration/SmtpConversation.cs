using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Namesake.Tests.Configuration;

/// <summary>One session with a relay, a command at a time.</summary>
internal sealed class SmtpConversation : IDisposable
{
    private readonly TcpClient _client = new();
    private StreamReader _reader = null!;

    public static async Task<SmtpConversation> OpenAsync(IPEndPoint server)
    {
        var conversation = new SmtpConversation();
        try
        {
            await conversation._client.ConnectAsync(server, TestContext.Current.CancellationToken);
        }
        catch
        {
            conversation.Dispose();
            throw;
        }
        conversation._reader = new StreamReader(conversation._client.GetStream(), Encoding.ASCII);
        Assert.StartsWith("220", await conversation.ReadAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250", await conversation.SayAsync("EHLO app.acme.test"), StringComparison.Ordinal);
        return conversation;
    }

    /// <returns>The last line of the reply.</returns>
    public async Task<string> SayAsync(string command)
    {
        await _client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), TestContext.Current.CancellationToken);
        return await ReadAsync();
    }

    public async Task SubmitAsync(string from)
    {
        foreach (var (command, code) in new[]
        {
            ($"MAIL FROM:<{from}>", "250"), ("RCPT TO:<bob@example.org>", "250"), ("DATA", "354"), ($"From: <{from}>\r\nSubject: hello\r\n\r\nHello.\r\n.", "250"),
        })
            Assert.StartsWith(code, await SayAsync(command), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _client.Dispose();
    }

    private async Task<string> ReadAsync()
    {
        while (true)
        {
            var line = await _reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new IOException("the relay hung up");
            if (line.Length < 4 || line[3] == ' ')
                return line;
        }
    }
}
