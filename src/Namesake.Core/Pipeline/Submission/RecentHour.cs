namespace Namesake.Core.Pipeline.Submission;

/// <summary>What came and what became of it within the last hour, in steps of five minutes. Not safe for threads: its owner locks.</summary>
internal sealed class RecentHour
{
    private const int Steps = 12;

    /// <summary>Places that domains share, by their hash: so many that a hundred domains fill most of them, so few that fifty thousand submitters have room.</summary>
    private const int Places = 32;

    private static readonly long Step = TimeSpan.FromMinutes(5).Ticks;

    private readonly HourSums[] _steps = new HourSums[Steps];
    private ushort[]? _refusals; // by step and place; null: none in this hour
    private int _share = ushort.MaxValue;
    private long _newest;

    public void Add(HourSums sums, DateTimeOffset now)
    {
        Advance(now);
        _steps[_newest % Steps] += sums;
    }

    /// <summary>What receivers of one domain said. It counts until so many of the hour's refusals are theirs; beyond that neither refusals nor deliveries there do, so that what counts keeps its proportions.</summary>
    /// <param name="share">Refusals of one domain that count; null: as it was told last.</param>
    /// <returns>What of it counts.</returns>
    public HourSums Told(int delivered, int refused, string domain, int? share, DateTimeOffset now)
    {
        Advance(now);
        _share = Math.Clamp(share ?? _share, 1, ushort.MaxValue);
        var counted = new HourSums(0, 0, delivered, refused);
        if (_refusals is not null || refused > 0)
        {
            _refusals ??= new ushort[Steps * Places];
            // Hashes differ from start to start: nobody can choose a domain that shares its place with another.
            var place = (int)((uint)string.GetHashCode(domain, StringComparison.Ordinal) % Places);
            var room = _share;
            for (var step = 0; step < Steps; step++)
                room -= _refusals[(step * Places) + place];
            counted = room > 0 ? counted with { Refused = Math.Min(refused, room) } : default;
            _refusals[((int)(_newest % Steps) * Places) + place] += (ushort)counted.Refused;
        }

        _steps[_newest % Steps] += counted;
        return counted;
    }

    public HourSums Sums(DateTimeOffset now)
    {
        Advance(now);
        var sums = default(HourSums);
        foreach (var step in _steps)
            sums += step;
        return sums;
    }

    public void Clear()
    {
        Array.Clear(_steps);
        _refusals = null;
    }

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
            {
                _steps[++_newest % Steps] = default;
                _refusals?.AsSpan((int)(_newest % Steps) * Places, Places).Clear();
            }

            return;
        }

        Clear();
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
