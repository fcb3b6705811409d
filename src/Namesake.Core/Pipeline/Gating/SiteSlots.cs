namespace Namesake.Core.Pipeline.Gating;

/// <summary>The sessions towards one site, of all sources. Locked by the <see cref="SessionSlots"/> it belongs to, but for what says otherwise; remembered as long as there are any.</summary>
internal sealed class SiteSlots
{
    private readonly ConnectionRamp _ramp = new(ConnectionRamp.FirstInAll);
    private int _taken;
    private int _most = int.MaxValue;

    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Of the configuration; null: no limit of its own.</summary>
    public int? Most
    {
        get => _most == int.MaxValue ? null : _most;
        set => Volatile.Write(ref _most, value ?? int.MaxValue);
    }

    /// <summary>How many there may be now. Read by any thread.</summary>
    public int Width => Math.Min(Volatile.Read(ref _most), _ramp.Width);

    /// <summary>Told to end, and not yet ended.</summary>
    public int Ending { get; set; }

    /// <summary>Lanes that step aside while it has all it may have.</summary>
    public Turn<LaneKey> Aside { get; private set; } = new(Cost.Slice);

    public bool HasRoom => Taken < Width;

    /// <summary>It has more than it may have since it may have less. Read by any thread.</summary>
    public bool IsOver => Taken > Width;

    /// <summary>A message got through. It says something only where half of what may be is there: one connection that carries thousands does not show that the site bears thousands. Called by any thread.</summary>
    public void Succeeded()
    {
        if (2 * Taken >= _ramp.Width)
            _ramp.Succeeded();
    }

    /// <summary>One of its lanes was asked for less. Called by any thread.</summary>
    public void Halve() => _ramp.Halve();

    public void Take() => Volatile.Write(ref _taken, _taken + 1);

    public void Release() => Volatile.Write(ref _taken, _taken - 1);

    /// <summary>Nobody waits any more: nobody owes anybody anything.</summary>
    public void Forgive() => (Ending, Aside) = (0, new Turn<LaneKey>(Cost.Slice));
}
