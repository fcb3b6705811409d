using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Lab.Clients;

/// <summary>An SMTP client that says exactly what a test wants, octet for octet, and shows what was answered.</summary>
public sealed class SmtpTalk : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly byte[] _buffer = new byte[16_384];
    private Stream _stream;
    private int _start;
    private int _end;

    private SmtpTalk(Stream stream) => _stream = stream;

    public string Greeting { get; private set; } = "";

    public static async Task<SmtpTalk> ConnectAsync(LabHost host, IPEndPoint server, IPAddress? from = null)
    {
        var talk = new SmtpTalk(new NetworkStream(await host.DialAsync(server, from), ownsSocket: true));
        talk.Greeting = await talk.ReplyAsync();
        return talk;
    }

    /// <summary>Says one line and returns the whole reply, its lines joined by line feeds; empty when the server has hung up.</summary>
    public async Task<string> SayAsync(string line)
    {
        await WriteAsync(line + "\r\n");
        return await ReplyAsync();
    }

    public Task WriteAsync(string text) => WriteAsync(Encoding.Latin1.GetBytes(text));

    public async Task WriteAsync(ReadOnlyMemory<byte> octets)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await _stream.WriteAsync(octets, deadline.Token);
    }

    /// <summary>The next reply; empty when the server has hung up.</summary>
    public async Task<string> ReplyAsync()
    {
        var lines = new List<string>();
        while (await ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (line.Length < 4 || line[3] != '-')
            {
                return string.Join('\n', lines);
            }
        }

        return "";
    }

    /// <summary>STARTTLS with its handshake; any certificate will do.</summary>
    public async Task StartTlsAsync()
    {
        Assert.StartsWith("220 ", await SayAsync("STARTTLS"), StringComparison.Ordinal);
#pragma warning disable CA5359 // The lab's certificates are its own.
        var encrypted = new SslStream(_stream, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
        using var deadline = new CancellationTokenSource(Patience);
        await encrypted.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "mail.acme.example" }, deadline.Token);
        _stream = encrypted;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task<string?> ReadLineAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = Encoding.Latin1.GetString(_buffer, _start, length).TrimEnd('\r');
                _start += length + 1;
                return line;
            }

            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            var read = await _stream.ReadAsync(_buffer.AsMemory(_end), deadline.Token);
            if (read == 0)
            {
                return null;
            }

            _end += read;
        }
    }
}
