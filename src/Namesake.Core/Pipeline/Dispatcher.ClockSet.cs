namespace Namesake.Core.Pipeline;

// The time of day was set forward: by hand, by NTP, or because the machine stood still. It is never set back (SteadyClock).
public sealed partial class Dispatcher
{
    private Reprieve _reprieve;

    /// <summary>The clock was set forward by so much, and what it says now is the time.</summary>
    /// <remarks>Everything is due and all lives seem over: it is tried first, for as long as was lost, a day at most.</remarks>
    public void ClockSet(TimeSpan by)
    {
        _reprieve = new Reprieve(_time.GetTimestamp(), by < _options.Reprieve ? _options.Reprieve : by < Reprieve.Longest ? by : Reprieve.Longest);
        SignalDue();
    }
}
