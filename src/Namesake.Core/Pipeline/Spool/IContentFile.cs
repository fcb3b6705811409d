namespace Namesake.Core.Pipeline.Spool;

/// <summary>Content being written to a file of its own beside the database.</summary>
public interface IContentFile : IAsyncDisposable
{
    long Length { get; }

    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <summary>Flushes file and directory to stable storage. Only then may the message that refers to it be accepted.</summary>
    Task CompleteAsync();
}
