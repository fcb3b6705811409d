using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline;

/// <summary>What one source has carried on one day (UTC), and what it has on board now. Locked by who owns it.</summary>
internal sealed class SourceDay(SourceId source, DateOnly day)
{
    private DateOnly _day = day;
    private long _recipients;
    private long _refused;
    private bool _changed;

    /// <summary>Messages handed to receivers.</summary>
    public long Messages { get; private set; }

    /// <summary>Lined up or being sent: they were promised a place in the day.</summary>
    public int Aboard { get; set; }

    /// <summary>When nothing more went on board.</summary>
    public DateTimeOffset? FullSince { get; set; }

    /// <summary>A new day begins at nothing; a clock that goes back begins none anew.</summary>
    /// <returns>The day before, when it isn't stored yet.</returns>
    public Tally? Turn(DateOnly today)
    {
        if (today <= _day)
            return null;
        var before = Save();
        (_day, Messages, _recipients, _refused, FullSince) = (today, 0, 0, 0, null);
        return before;
    }

    public void Count(int messages, int delivered, int refused)
    {
        (Messages, _recipients, _refused, _changed) = (Messages + messages, _recipients + delivered, _refused + refused, true);
    }

    /// <summary>Takes up what an earlier run had counted of this day.</summary>
    public void Continue(Tally tally)
    {
        if (tally.Key.Day == _day)
            (Messages, _recipients, _refused) = (Messages + tally.Messages, _recipients + tally.Recipients, _refused + tally.Refused);
    }

    /// <summary>Sums to be stored; null when they are.</summary>
    public Tally? Save()
    {
        if (!_changed)
            return null;
        _changed = false;
        return new Tally(new TallyKey(_day, TallyScope.Source, source.Value), Messages, _recipients, _refused);
    }

    public void NotSaved() => _changed = true;
}
