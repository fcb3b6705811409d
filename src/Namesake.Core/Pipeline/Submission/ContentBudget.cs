namespace Namesake.Core.Pipeline.Submission;

/// <summary>Bytes of content being received that may be in memory, over all sessions. Above it, content goes to files: thousands of slow clients cost disk, not memory.</summary>
public sealed class ContentBudget(long most)
{
    private long _used;

    public long Used => Interlocked.Read(ref _used);

    public bool TryReserve(int bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= most)
            return true;
        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    public void Release(int bytes) => Interlocked.Add(ref _used, -bytes);
}
