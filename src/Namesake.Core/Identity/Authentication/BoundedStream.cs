namespace Namesake.Core.Identity.Authentication;

/// <summary>Reads so much and no more: what packs to a few octets may unpack to a full disk.</summary>
internal sealed class BoundedStream(Stream inner, long most) : Stream
{
    private int _peeked = -2; // nothing yet
    private long _left = most;

    /// <summary>Octets read so far.</summary>
    public long Taken { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The next octet without taking it; -1 at the end.</summary>
    public int Peek()
    {
        if (_peeked == -2)
            _peeked = inner.ReadByte();
        return _peeked;
    }

    public BoundedStream Limited(long limit)
    {
        _left = Math.Min(_left, limit);
        return this;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        int read;
        if (_peeked != -2)
        {
            var octet = _peeked;
            _peeked = -2;
            if (octet < 0)
                return 0;
            buffer[0] = (byte)octet;
            read = 1;
        }
        else
        {
            read = inner.Read(buffer[..(int)Math.Min(buffer.Length, Math.Max(1, _left + 1))]);
        }
        _left -= read;
        Taken += read;
        return _left >= 0 ? read : throw new InvalidDataException("it is longer than a report may be");
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
