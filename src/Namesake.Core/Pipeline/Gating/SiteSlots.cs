namespace Namesake.Core.Pipeline.Gating;

/// <summary>The sessions towards one site, of all sources. Locked by the <see cref="SessionSlots"/> it belongs to, but for what says otherwise; remembered as long as there are any, or one is wished for.</summary>
internal sealed class SiteSlots
{
    private readonly ConnectionRamp _ramp = new(ConnectionRamp.FirstInAll);
    private int _taken;
    private long _halvedAt;

    /// <summary>Read by any thread.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Of the configuration; null: no limit of its own.</summary>
    public int? Most { get; set; }

    public bool HasRoom => Most is not { } most || Taken < most;

    /// <summary>How many connections it is known to bear. Not a limit: a source's first is always made. Read by any thread.</summary>
    public int Bears => _ramp.Width;

    /// <summary>Whether a lane that has a session may have another. Read by any thread.</summary>
    /// <param name="own">Slots among those taken that the asker has for it already, or is about to give back.</param>
    public bool BearsMore(int own) => Taken - own < _ramp.Width;

    /// <summary>Lanes that wait for a slot, aside or in the round.</summary>
    public int Wishes { get; set; }

    /// <summary>Lanes with parked sessions.</summary>
    public int Idle { get; set; }

    /// <summary>Told to end, and not yet ended.</summary>
    public int Ending { get; set; }

    /// <summary>Lanes that step aside while it has all it may have.</summary>
    public Turn<LaneKey> Aside { get; private set; } = new(Cost.Slice);

    /// <summary>A message was taken or refused. It says something only where half of what is borne is there: one connection that carries thousands does not show that the site bears thousands.
    /// Called by any thread.</summary>
    public void Succeeded()
    {
        if (2 * Taken >= _ramp.Width)
            _ramp.Succeeded();
    }

    /// <summary>It asked one of its lanes for less: half of what is there now is left. What it says to several at once, as to all of one operator's addresses, it says once. Called by any thread.</summary>
    public void Halve(DateTimeOffset now)
    {
        var before = Volatile.Read(ref _halvedAt);
        if (Math.Abs(now.UtcTicks - before) < LaneTrouble.SlowDown.Ticks || Interlocked.CompareExchange(ref _halvedAt, now.UtcTicks, before) != before)
            return;
        _ramp.HalveFrom(Taken);
    }

    public void Take() => Volatile.Write(ref _taken, _taken + 1);

    public void Release() => Volatile.Write(ref _taken, _taken - 1);

    /// <summary>Nobody waits any more: nobody owes anybody anything.</summary>
    public void Forgive() => (Ending, Aside) = (0, new Turn<LaneKey>(Cost.Slice));
}
