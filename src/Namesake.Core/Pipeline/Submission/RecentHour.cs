namespace Namesake.Core.Pipeline.Submission;

/// <summary>What came and what became of it within the last hour, in steps of five minutes. Not safe for threads: its owner locks.</summary>
internal sealed class RecentHour
{
    private const int Steps = 12;
    private static readonly long Step = TimeSpan.FromMinutes(5).Ticks;

    private readonly HourSums[] _steps = new HourSums[Steps];
    private long _newest;

    public void Add(HourSums sums, DateTimeOffset now)
    {
        Advance(now);
        _steps[_newest % Steps] += sums;
    }

    public HourSums Sums(DateTimeOffset now)
    {
        Advance(now);
        var sums = default(HourSums);
        foreach (var step in _steps)
            sums += step;
        return sums;
    }

    public void Clear() => Array.Clear(_steps);

    private void Advance(DateTimeOffset now)
    {
        var step = now.UtcTicks / Step;
        // A clock that was set far back begins anew; a little back counts into the newest step.
        if (step + Steps < _newest || step - _newest >= Steps)
            (_newest, _) = (step, 0L);
        else if (step <= _newest)
            return;
        else
        {
            while (_newest < step)
                _steps[++_newest % Steps] = default;
            return;
        }

        Array.Clear(_steps);
    }
}

/// <param name="Recipients">Handed in; of one message at most <see cref="Submitter.MostOfOneMessage"/>.</param>
/// <param name="Delivered">Recipients that receivers took.</param>
/// <param name="Refused">Recipients that receivers refused for good.</param>
internal readonly record struct HourSums(int Messages, int Recipients, int Delivered, int Refused)
{
    public static HourSums operator +(HourSums a, HourSums b) => new(a.Messages + b.Messages, a.Recipients + b.Recipients, a.Delivered + b.Delivered, a.Refused + b.Refused);

    public static HourSums operator -(HourSums a, HourSums b) => new(a.Messages - b.Messages, a.Recipients - b.Recipients, a.Delivered - b.Delivered, a.Refused - b.Refused);
}
