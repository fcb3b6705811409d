using Namesake.Core.Brands;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>One who hands mail in: its last hour, its day, and its last days.</summary>
internal sealed class Submitter(string name)
{
    /// <summary>Days it is compared with: five weeks, so that what comes every week or month is its habit.</summary>
    public const int DaysOfHistory = 35;

    /// <summary>What one message counts at most: a letter to a whole club is one letter. The least every server must take at once (RFC 5321 §4.5.3.1.8), where clients split larger ones.</summary>
    public const int MostOfOneMessage = 100;

    private readonly Lock _lock = new();
    private readonly RecentHour _hour = new();
    private readonly int[] _past = new int[DaysOfHistory + 1]; // its today is always 0
    private DateOnly _day;
    private long _messages, _recipients, _refused;
    private int _counted;
    private bool _unsaved;

    public string Name => name;

    /// <summary>Whose mail it handed in last.</summary>
    public BrandId Brand { get; set; }

    /// <summary>What forgetting it would lose.</summary>
    public long Weight
    {
        get
        {
            lock (_lock)
                return Math.Max(_recipients, _past.Max());
        }
    }

    /// <returns>Whether somebody must note that there is something to save.</returns>
    public bool Accepted(int recipients, DateTimeOffset now)
    {
        lock (_lock)
        {
            Advance(now);
            var counted = Math.Min(recipients, MostOfOneMessage);
            _hour.Add(new HourSums(1, counted, 0, 0), now);
            (_messages, _recipients, _counted) = (_messages + 1, _recipients + recipients, _counted + counted);
            return Unsaved();
        }
    }

    /// <param name="share">Refusals of one domain that count within an hour; null: as it was told last.</param>
    /// <returns>What of it counts, and whether somebody must note that there is something to save.</returns>
    public (HourSums Counted, bool IsToSave) Told(int delivered, int refused, string domain, int? share, DateTimeOffset now)
    {
        lock (_lock)
        {
            Advance(now);
            _refused += refused;
            return (_hour.Told(delivered, refused, domain, share, now), refused > 0 && Unsaved());
        }
    }

    /// <param name="forgiven">What an operator has said is no sign; null: nothing.</param>
    public Anomaly? Judge(AnomalyRules rules, bool maySpeakOfVolume, Forgiveness? forgiven, Func<DateTimeOffset, HourSums> everybody, DateTimeOffset now)
    {
        lock (_lock)
        {
            Advance(now);
            var hour = _hour.Sums(now);
            var today = _counted - (forgiven?.Day == _day ? Math.Min(_counted, forgiven.Recipients) : 0);
            return Anomaly.In(hour, today, Busiest(forgiven), maySpeakOfVolume && !(forgiven?.QuietUntil > now), hour.Refused >= rules.Refusals ? everybody(now) - hour : default, rules);
        }
    }

    public HourSums Hour(DateTimeOffset now)
    {
        lock (_lock)
            return _hour.Sums(now);
    }

    public SubmitterNumbers Numbers(DateTimeOffset now)
    {
        lock (_lock)
        {
            Advance(now);
            return new SubmitterNumbers(_messages, _recipients, _refused, _hour.Sums(now).Recipients, Busiest(null), _past.Count(day => day > 0));
        }
    }

    /// <summary>Begins anew within the hour: what led to a freeze leads to no other.</summary>
    public Forgiveness Forgive(DateTimeOffset? quietUntil, DateTimeOffset now)
    {
        lock (_lock)
        {
            Advance(now);
            _hour.Clear();
            return new Forgiveness(_day, _counted, quietUntil);
        }
    }

    /// <summary>What was stored of a day, today included.</summary>
    public void Continue(Tally stored, DateTimeOffset now)
    {
        lock (_lock)
        {
            Advance(now);
            var (day, recipients) = (stored.Key.Day, (int)Math.Min(stored.Recipients, int.MaxValue));
            if (day < _day.AddDays(-DaysOfHistory))
                return;
            if (day < _day)
                _past[Place(day)] = Math.Max(_past[Place(day)], (int)Math.Min(recipients, stored.Messages * MostOfOneMessage));
            else if (stored.Messages > _messages)
                (_messages, _recipients, _refused, _counted) =
                    (stored.Messages, stored.Recipients, Math.Max(_refused, stored.Refused), (int)Math.Min(recipients, stored.Messages * MostOfOneMessage));
        }
    }

    public Tally Save()
    {
        lock (_lock)
        {
            _unsaved = false;
            return new Tally(new TallyKey(_day, TallyScope.Submitter, name), _messages, _recipients, _refused);
        }
    }

    /// <returns>True when the save failed and nobody noted it again meanwhile.</returns>
    public bool NotSaved()
    {
        lock (_lock)
            return Unsaved();
    }

    private long? Busiest(Forgiveness? forgiven)
    {
        long busiest = _past.Max();
        if (forgiven is not null && forgiven.Day >= _day.AddDays(-DaysOfHistory))
            busiest = Math.Max(busiest, forgiven.Recipients);
        return busiest > 0 ? busiest : null;
    }

    private bool Unsaved()
    {
        var first = !_unsaved;
        _unsaved = true;
        return first;
    }

    private void Advance(DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        if (today <= _day)
            return; // A clock that was set back goes on with the later day rather than count one twice.
        if (today.DayNumber - _day.DayNumber > DaysOfHistory)
            Array.Clear(_past);
        else
        {
            for (var day = _day.AddDays(1); day <= today; day = day.AddDays(1))
                _past[Place(day)] = 0;
            _past[Place(_day)] = _counted;
        }

        (_day, _messages, _recipients, _refused, _counted) = (today, 0, 0, 0, 0);
    }

    private static int Place(DateOnly day) => day.DayNumber % (DaysOfHistory + 1);
}

/// <summary>What an operator forgave when it was thawed.</summary>
/// <param name="Recipients">Of that day so far; from then on they are a day of its history.</param>
/// <param name="QuietUntil">Its volume isn't judged before; null: it is.</param>
internal sealed record Forgiveness(DateOnly Day, int Recipients, DateTimeOffset? QuietUntil);

/// <param name="BusiestDay">Recipients, within the history; null: it has none.</param>
/// <param name="ActiveDays">Days of the history on which it handed in anything.</param>
public readonly record struct SubmitterNumbers(long Messages, long Recipients, long Refused, int HourRecipients, long? BusiestDay, int ActiveDays);
