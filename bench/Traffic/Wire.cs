using System.Text;

namespace Namesake.Bench.Traffic;

/// <summary>Lines and dot-ended content over a stream, with one buffer of its own.</summary>
internal sealed class Wire(Stream stream) : IDisposable
{
    private static readonly byte[] s_end = "\r\n.\r\n"u8.ToArray();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    public Stream Stream { get; } = stream;

    /// <summary>The next line without its end; null when the peer has closed.</summary>
    public async ValueTask<string?> LineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var found = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (found >= 0)
            {
                var line = Encoding.ASCII.GetString(_buffer, _start, found).TrimEnd('\r');
                _start += found + 1;
                return line;
            }

            if (!await FillAsync(keep: _end - _start, cancellation))
                return null;
        }
    }

    /// <summary>Reads content up to its final dot and forgets it. False when the peer closed before.</summary>
    public async ValueTask<bool> ContentAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var found = _buffer.AsSpan(_start, _end - _start).IndexOf(s_end);
            if (found >= 0)
            {
                _start += found + s_end.Length;
                return true;
            }

            if (!await FillAsync(keep: Math.Min(_end - _start, s_end.Length - 1), cancellation))
                return false;
        }
    }

    /// <summary>A reply's last line.</summary>
    /// <exception cref="IOException">The peer closed.</exception>
    public async ValueTask<string> ReplyAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var line = await LineAsync(cancellation) ?? throw new IOException("closed");
            if (line.Length < 4 || line[3] != '-')
                return line;
        }
    }

    public ValueTask SayAsync(string text, CancellationToken cancellation) => Stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancellation);

    public void Dispose() => Stream.Dispose();

    private async ValueTask<bool> FillAsync(int keep, CancellationToken cancellation)
    {
        if (keep == _buffer.Length)
            throw new IOException("a line longer than the buffer");
        _buffer.AsSpan(_end - keep, keep).CopyTo(_buffer);
        (_start, _end) = (0, keep);
        var read = await Stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        return read > 0;
    }
}
