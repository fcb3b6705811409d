using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Storage.Files;

/// <summary>One content on its way to the disk.</summary>
internal sealed class ContentFile : IContentFile
{
    private const long CheckEvery = 1024 * 1024;
    private readonly string _part;
    private readonly string _directory;
    private readonly DiskGuard? _disk;
    private readonly ContentFiles _files;
    private FileStream? _stream;
    private long _checkedAt = -CheckEvery;

    /// <param name="disk">Null: written even when the disk is nearly full.</param>
    public ContentFile(MessageId message, string part, string directory, DiskGuard? disk, ContentFiles files)
    {
        Message = message;
        _part = part;
        _directory = directory;
        _disk = disk;
        _files = files;
        disk?.Demand(0);
        try
        {
            _stream = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Trouble("made", e);
        }
    }

    public MessageId Message { get; }

    public long Length { get; private set; }

    public bool IsComplete { get; private set; }

    /// <summary>An acceptance has it: disposing no longer removes it.</summary>
    public bool IsHandedOver { get; set; }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var stream = _stream ?? throw new InvalidOperationException("The content is complete.");
        if (Length - _checkedAt >= CheckEvery)
        {
            _disk?.Demand(Math.Max(bytes.Length, CheckEvery));
            _checkedAt = Length;
        }
        try
        {
            await stream.WriteAsync(bytes, cancellation).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw Trouble("written", e);
        }
        Length += bytes.Length;
    }

    public async Task WriteStartAsync(ReadOnlyMemory<byte> bytes)
    {
        var stream = _stream ?? throw new InvalidOperationException("The content is complete.");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, Length);
        try
        {
            stream.Position = 0;
            await stream.WriteAsync(bytes).ConfigureAwait(false);
            stream.Position = Length;
        }
        catch (IOException e)
        {
            throw Trouble("written", e);
        }
    }

    public async Task CompleteAsync()
    {
        var stream = _stream ?? throw new InvalidOperationException("The content is complete.");
        try
        {
            // Flushing blocks for milliseconds: not on the caller's thread.
            await Task.Run(() =>
            {
                stream.Flush(flushToDisk: true);
                stream.Dispose();
                _files.Publish(_part, Message, Length);
            }).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Trouble("flushed", e); // The flush is not tried again: the kernel may have dropped what it could not write.
        }
        _stream = null;
        IsComplete = true;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_stream is { } stream)
            {
                _stream = null;
                await stream.DisposeAsync().ConfigureAwait(false);
                File.Delete(_part);
            }
            else if (IsComplete && !IsHandedOver)
            {
                IsComplete = false;
                _files.Remove(Message);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An orphan: swept at the next start.
        }
    }

    private SpoolUnavailableException Trouble(string what, Exception cause) =>
        new($"The content of message {Message} can't be {what} in {_directory}: {cause.Message}", cause);
}
