using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Storage.Files;

/// <summary>The contents too large for the database: one file each, named by the message's id.</summary>
/// <remarks>A file counts only when a committed message refers to it. So it is written and flushed, with its directory, before that commit, and removed after
/// the commit that forgets it; what a crash leaves in between is swept at the next start.</remarks>
internal sealed class ContentFiles(SpoolPaths paths, DiskGuard disk)
{
    private const string Extension = ".eml";
    private long _bytes;

    /// <summary>Of all files there, those being written included.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public string PathOf(MessageId message) => Path.Combine(paths.Bodies, message + Extension);

    public ContentFile Create(MessageId message) => new(message, PathOf(message), paths.Bodies, disk, this);

    public void Grew(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public FileStream Open(MessageId message, long size)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(PathOf(message), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 64 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SpoolUnavailableException($"The content of message {message} can't be read: {e.Message} Run `namesake spool check`.", e);
        }
        if (stream.Length == size)
            return stream;
        var length = stream.Length;
        stream.Dispose();
        throw new SpoolUnavailableException($"The content of message {message} in {PathOf(message)} has {length} bytes instead of {size}. Run `namesake spool check`.");
    }

    public void Remove(MessageId message)
    {
        var file = new FileInfo(PathOf(message));
        if (!file.Exists)
            return;
        var length = file.Length;
        file.Delete();
        Grew(-length);
    }

    /// <summary>All files by the id in their name; a name that is none gives null.</summary>
    public IEnumerable<(FileInfo File, MessageId? Message)> All()
    {
        foreach (var file in new DirectoryInfo(paths.Bodies).EnumerateFiles())
        {
            MessageId? message = file.Extension == Extension && MessageId.TryParse(Path.GetFileNameWithoutExtension(file.Name), out var id) ? id : null;
            yield return (file, message);
        }
    }

    /// <summary>Removes what no message refers to, at start, before anybody writes.</summary>
    /// <returns>How many files went.</returns>
    public int Sweep(Func<MessageId, bool> isReferenced)
    {
        var removed = 0;
        _bytes = 0;
        foreach (var (file, message) in All())
        {
            if (message is { } id && !isReferenced(id))
            {
                file.Delete();
                removed++;
            }
            else
            {
                _bytes += file.Length;
            }
        }
        return removed;
    }
}
