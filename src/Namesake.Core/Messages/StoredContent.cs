namespace Namesake.Core.Messages;

/// <summary>A message's content: whole in memory up to 256 KB, else an open file.</summary>
public sealed class StoredContent : IAsyncDisposable
{
    private readonly Stream? _stream;

    public StoredContent(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        Length = bytes.Length;
    }

    public StoredContent(Stream stream)
    {
        _stream = stream;
        Length = stream.Length;
    }

    public long Length { get; }

    /// <summary>Null when it is a file: use <see cref="OpenStream"/>.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; }

    /// <summary>From the start, once.</summary>
    public Stream OpenStream() => _stream ?? new MemoryStream(Bytes!.Value.ToArray(), writable: false);

    public async ValueTask DisposeAsync()
    {
        if (_stream is not null)
            await _stream.DisposeAsync();
    }
}
