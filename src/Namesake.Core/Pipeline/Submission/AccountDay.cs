using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>One day of an account. What is taken is accepted or under way; a message that isn't accepted gives back what it took.</summary>
internal sealed class AccountDay(TallyScope scope, string name, DateOnly date, long messages = 0, long recipients = 0)
{
    private long _takenMessages = messages;
    private long _takenRecipients = recipients;
    private long _messages = messages;
    private long _recipients = recipients;
    private int _unsaved;

    public DateOnly Date => date;

    public TallyScope Scope => scope;

    public long TakenMessages => Interlocked.Read(ref _takenMessages);

    public bool TryTakeMessage(int? most) => TryTake(ref _takenMessages, 1, most);

    public bool TryTakeRecipients(int count, int? most) => TryTake(ref _takenRecipients, count, most);

    public void GiveBack(int messages, int recipients)
    {
        Interlocked.Add(ref _takenMessages, -messages);
        Interlocked.Add(ref _takenRecipients, -recipients);
    }

    /// <returns>True when this is the first since it was saved: somebody must note that there is something to save.</returns>
    public bool Accepted(int recipients)
    {
        Interlocked.Increment(ref _messages);
        Interlocked.Add(ref _recipients, recipients);
        return Interlocked.Exchange(ref _unsaved, 1) == 0;
    }

    public Tally Save()
    {
        Volatile.Write(ref _unsaved, 0); // first: what is counted from here on is noted again
        Interlocked.MemoryBarrier();
        return new Tally(new TallyKey(date, scope, name), Interlocked.Read(ref _messages), Interlocked.Read(ref _recipients), 0);
    }

    /// <returns>True when the save failed and nobody noted it again meanwhile.</returns>
    public bool NotSaved() => Interlocked.Exchange(ref _unsaved, 1) == 0;

    private static bool TryTake(ref long taken, int count, int? most)
    {
        if (Interlocked.Add(ref taken, count) <= (most ?? long.MaxValue))
            return true;
        Interlocked.Add(ref taken, -count);
        return false;
    }
}
