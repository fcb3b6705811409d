namespace Namesake.Core.Pipeline.Spool;

/// <summary>Content being written to a file of its own beside the database.</summary>
public interface IContentFile : IAsyncDisposable
{
    long Length { get; }

    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <summary>Writes over the first bytes, once the rest is known: a signature stands in front of what it signs.</summary>
    /// <param name="bytes">No more than was written, and at most 64 KiB.</param>
    Task WriteStartAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Flushes file and directory to stable storage. Only then may the message that refers to it be accepted.</summary>
    Task CompleteAsync();
}
