using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Storage.Files;

/// <summary>One content on its way to the disk.</summary>
internal sealed class ContentFile : IContentFile
{
    private const long CheckEvery = 1024 * 1024;
    private readonly string _path;
    private readonly string _directory;
    private readonly DiskGuard _disk;
    private readonly ContentFiles _files;
    private FileStream? _stream;
    private long _checkedAt = -CheckEvery;
    private bool _counted;

    public ContentFile(MessageId message, string path, string directory, DiskGuard disk, ContentFiles files)
    {
        Message = message;
        _path = path;
        _directory = directory;
        _disk = disk;
        _files = files;
        disk.Demand(0);
        try
        {
            _stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Trouble("made", e);
        }
    }

    public MessageId Message { get; }

    public long Length { get; private set; }

    public bool IsComplete { get; private set; }

    /// <summary>Who decides over the file: null is its maker, else the acceptance it was handed to last.</summary>
    public object? Owner { get; set; }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var stream = _stream ?? throw new InvalidOperationException("The content is complete.");
        if (Length - _checkedAt >= CheckEvery)
        {
            _disk.Demand(bytes.Length);
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
                DirectorySync.Flush(_directory);
            }).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw Trouble("flushed", e); // The flush is not tried again: the kernel may have dropped what it could not write.
        }
        _stream = null;
        _counted = true;
        _files.Grew(Length);
        IsComplete = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_stream is { } stream)
        {
            _stream = null;
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        else if (Owner is not null || !IsComplete)
        {
            return;
        }
        Remove();
    }

    /// <summary>For an acceptance that turned out not to have happened; nothing when the file was handed on to another since.</summary>
    public void RemoveFor(object owner)
    {
        if (ReferenceEquals(Owner, owner))
            Remove();
    }

    private void Remove()
    {
        IsComplete = false;
        if (_counted)
            _files.Grew(-Length);
        _counted = false;
        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An orphan: swept at the next start.
        }
    }

    private SpoolUnavailableException Trouble(string what, Exception cause) =>
        new($"The content of message {Message} can't be {what} in {_directory}: {cause.Message}", cause);
}
