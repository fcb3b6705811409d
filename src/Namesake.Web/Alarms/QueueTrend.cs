namespace Namesake.Web.Alarms;

/// <summary>Whether the queue grows: it is longer than it should be and longer than a quarter of an hour ago.</summary>
internal sealed class QueueTrend
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(30);

    private readonly Queue<(DateTimeOffset At, long Waiting)> _samples = new();
    private DateTimeOffset _last = DateTimeOffset.MinValue;
    private bool _grows;

    /// <summary>Takes a sample and judges. Once raised it stands until the queue shrinks or is a fifth below the limit: it must not come and go with every batch.</summary>
    public bool Grows(long waiting, long above, DateTimeOffset now)
    {
        while (_samples.TryPeek(out var oldest) && now - oldest.At > Window)
            _samples.Dequeue();
        if (now - _last >= Spacing)
        {
            _samples.Enqueue((now, waiting));
            _last = now;
        }

        var growth = Growth(waiting);
        return _grows = above > 0 && (_grows ? growth >= 0 && waiting > above - above / 5 : growth > 0 && waiting > above);
    }

    public long Growth(long waiting) => _samples.TryPeek(out var oldest) ? waiting - oldest.Waiting : 0;
}
