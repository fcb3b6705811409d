using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Storage.Files;

/// <summary>The contents too large for the database: one file each, named by the message's id.</summary>
/// <remarks>A file counts only when a committed message refers to it. So it is written and flushed, with its directory, before that commit, and removed after
/// the commit that forgets it; what a crash leaves in between is swept at the next start. After a commit of unknown outcome the same message may be
/// given again while the writer takes the first try back: whoever owns the file last keeps it.</remarks>
internal sealed class ContentFiles(SpoolPaths paths, DiskGuard disk)
{
    private const string Complete = ".eml";
    private const string Partial = ".part";

    private readonly Lock _gate = new();
    private readonly Dictionary<MessageId, object> _owners = [];
    private long _bytes;
    private int _parts;

    /// <summary>Of all complete files.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public string PathOf(MessageId message) => Path.Combine(paths.Bodies, message + Complete);

    /// <param name="guarded">False for what a settlement brings: the room the guard keeps is kept for that.</param>
    public ContentFile Create(MessageId message, bool guarded) =>
        new(message, Path.Combine(paths.Bodies, $"{message}-{Interlocked.Increment(ref _parts)}{Partial}"), paths.Bodies, guarded ? disk : null, this);

    /// <summary>Gives a flushed file its name, in place of what an earlier try of the same message left.</summary>
    public void Publish(string part, MessageId message, long length)
    {
        var path = PathOf(message);
        lock (_gate)
        {
            var before = new FileInfo(path);
            Interlocked.Add(ref _bytes, length - (before.Exists ? before.Length : 0));
            File.Move(part, path, overwrite: true);
        }
        DirectorySync.Flush(paths.Bodies);
    }

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

    /// <returns>Whose it was before: an earlier try of the message that hasn't come to its end; null when there is none.</returns>
    public object? Own(MessageId message, object owner)
    {
        lock (_gate)
        {
            var before = _owners.GetValueOrDefault(message);
            _owners[message] = owner;
            return before;
        }
    }

    /// <summary>This try left nothing in the database: the file is that of the one before again, which may turn out to be stored.</summary>
    /// <param name="remove">Where there was none before, the file goes.</param>
    /// <returns>False: somebody else still has it.</returns>
    public bool GiveUp(MessageId message, object owner, object? before, bool remove)
    {
        lock (_gate)
        {
            if (!_owners.TryGetValue(message, out var current) || !ReferenceEquals(current, owner))
                return false;
            if (before is not null)
            {
                _owners[message] = before;
                return false;
            }

            _owners.Remove(message);
            if (remove)
                Remove(message);
            return true;
        }
    }

    /// <summary>The commit is done: nobody will take it back.</summary>
    public void Settled(MessageId message, object owner)
    {
        lock (_gate)
            if (_owners.TryGetValue(message, out var current) && ReferenceEquals(current, owner))
                _owners.Remove(message);
    }

    /// <summary>For an acceptance that turned out not to have happened; nothing when the message was given again since.</summary>
    public void RemoveFor(MessageId message, object owner)
    {
        lock (_gate)
        {
            if (!_owners.TryGetValue(message, out var current) || !ReferenceEquals(current, owner))
                return;
            _owners.Remove(message);
            Remove(message);
        }
    }

    public void Remove(MessageId message)
    {
        var file = new FileInfo(PathOf(message));
        if (!file.Exists)
            return;
        var length = file.Length;
        file.Delete();
        Interlocked.Add(ref _bytes, -length);
    }

    /// <summary>All files, by the id in their name; null for one that was never complete. What has another kind of name isn't ours.</summary>
    public IEnumerable<(FileInfo File, MessageId? Message)> All()
    {
        foreach (var file in new DirectoryInfo(paths.Bodies).EnumerateFiles())
        {
            if (file.Extension == Partial)
                yield return (file, null);
            else if (file.Extension == Complete && MessageId.TryParse(Path.GetFileNameWithoutExtension(file.Name), out var id))
                yield return (file, id);
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
            if (message is { } id && isReferenced(id))
            {
                _bytes += file.Length;
                continue;
            }
            file.Delete();
            removed++;
        }
        return removed;
    }
}
