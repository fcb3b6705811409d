using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Namesake.Transcripts.Tests.Scripts;

/// <summary>One end of a real connection, driven by a transcript.</summary>
internal sealed class Wire(Socket socket, Chunking chunking) : IAsyncDisposable
{
    /// <summary>Long enough for a busy machine; only a failing test waits for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly MemoryStream _pending = new();
    private readonly byte[] _buffer = new byte[65_536];
    private Stream _stream = new NetworkStream(socket);
    private (int At, int End) _read;

    public static byte[] Octets(string escaped)
    {
        var bytes = new List<byte>();
        var text = Encoding.UTF8.GetBytes(escaped);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.Add(text[i]);
                continue;
            }

            switch ((char)text[++i])
            {
                case 'r': bytes.Add(13); break;
                case 'n': bytes.Add(10); break;
                case '0': bytes.Add(0); break;
                case 'x': bytes.Add(byte.Parse(escaped.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)); i += 2; break;
                default: bytes.Add(text[i]); break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Sends octets now or, in one piece with what follows, at the next <see cref="FlushAsync"/>.</summary>
    public async Task SendAsync(byte[] octets)
    {
        if (chunking == Chunking.Whole)
        {
            _pending.Write(octets);
            return;
        }

        if (chunking == Chunking.Line)
        {
            await WriteAsync(octets);
            return;
        }

        // Byte by byte where it matters; a large body is cut at places that have nothing to do with its lines.
        foreach (var piece in octets.Chunk(octets.Length > 4096 ? 997 : 1))
            await WriteAsync(piece);
    }

    public async Task FlushAsync()
    {
        if (_pending.Length == 0)
            return;
        var octets = _pending.ToArray();
        _pending.SetLength(0);
        await WriteAsync(octets);
    }

    /// <summary>The next line without CRLF; null at the end of the connection.</summary>
    public async Task<string?> ReadLineAsync()
    {
        var line = new MemoryStream();
        while (true)
        {
            while (_read.At < _read.End)
            {
                var octet = _buffer[_read.At++];
                if (octet == '\n')
                {
                    var text = Encoding.UTF8.GetString(line.ToArray());
                    Assert.True(text.EndsWith('\r'), $"a line was sent that does not end with CRLF: {text}");
                    return text[..^1];
                }

                line.WriteByte(octet);
            }

            if (!await FillAsync())
                return line.Length == 0 ? null : Encoding.UTF8.GetString(line.ToArray()) + "<the connection ended>";
        }
    }

    /// <summary>Whether a byte or the end has come; waits no longer than a moment.</summary>
    public bool HasNews(TimeSpan moment) => _read.At < _read.End || socket.Poll(moment, SelectMode.SelectRead);

    public async Task StartTlsAsync(Func<SslStream, CancellationToken, Task> handshake)
    {
        Assert.True(_read.At == _read.End, "bytes were sent in the clear behind the reply to STARTTLS");
        using var patience = new CancellationTokenSource(Patience);
        var tls = new SslStream(_stream);
        await handshake(tls, patience.Token);
        _stream = tls;
    }

    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _stream.DisposeAsync();
        }
        catch (IOException)
        {
            // The other side was quicker.
        }

        socket.Dispose();
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> octets)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _stream.WriteAsync(octets, patience.Token);
        }
        catch (IOException)
        {
            // It hung up on us: what it said before is still to be read, and decides.
        }
    }

    private async Task<bool> FillAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            _read = (0, await _stream.ReadAsync(_buffer, patience.Token));
            return _read.End > 0;
        }
        catch (IOException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException("nothing was said for 20 seconds");
        }
    }
}
