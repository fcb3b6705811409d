namespace Namesake.Network.Machine;

/// <summary>The time of day the relay lives by: the machine's, but a jump of it is not believed at once.</summary>
/// <remarks>
/// <para>Time of day decides when mail is due, when its life ends and when the patience with a silent DNS is over. A clock that jumps, as after a wrong NTP answer, a restored virtual machine or a dead
/// battery, would send all of that off at once. So between two readings time goes on by the monotonic clock; what the machine says is taken as long as it agrees with that, and slewing (at most
/// 500 ppm in Linux and chrony) always does. A difference that appears suddenly is a jump: it is reported, and believed when it has stood for <see cref="Belief"/>; a clock that is put right again
/// before has harmed nobody.</para>
/// <para>It never goes back, because what was dated by it would lie ahead: rests, days, answers of DNS, proof. After a jump backward it runs at half speed until the machine has caught up;
/// a restart takes the machine's time at once.</para>
/// <para>Timers and intervals are the monotonic clock's and never notice. While a virtual machine is suspended that clock stands; afterwards the time of day is a jump like any other.</para>
/// </remarks>
public sealed class SteadyClock : TimeProvider
{
    /// <summary>How long a jump must stand before it is the time.</summary>
    /// <value>10 minutes: longer than the first minutes of a boot, in which NTP finds out that the battery is dead; shorter than any grace.</value>
    public static readonly TimeSpan Belief = TimeSpan.FromMinutes(10);

    /// <summary>What readings may differ by without being a jump: chrony steps below a second only, and two readings are not one moment.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    /// <summary>Of the time since the last agreement: twice what slewing may do in it.</summary>
    private const double Drift = 0.001;

    /// <summary>Agreement is noted so often at most: the clock is read several times for every message.</summary>
    private static readonly TimeSpan BetweenNotes = TimeSpan.FromMilliseconds(100);

    /// <summary>How fast it runs while it waits for a machine that has gone back.</summary>
    private const double Patient = 0.5;

    /// <param name="At">Monotonic.</param>
    /// <param name="Time">The time of day then.</param>
    /// <param name="Speed">From then on.</param>
    private sealed record Agreement(long At, DateTimeOffset Time, double Speed = 1);

    /// <param name="By">How far the machine's clock is off.</param>
    /// <param name="Since">Monotonic.</param>
    /// <param name="Seen">The newest reading, monotonic.</param>
    private sealed record Jump(TimeSpan By, long Since, long Seen);

    private readonly TimeProvider _machine;
    private readonly Lock _lock = new();
    private Agreement _agreed;
    private Jump? _jump;

    public SteadyClock(TimeProvider machine)
    {
        _machine = machine;
        _agreed = new Agreement(machine.GetTimestamp(), machine.GetUtcNow());
    }

    /// <summary>A jump was seen; the argument says by how much. It is not the time yet. Raised on the thread that read the clock, whatever it holds.</summary>
    public event Action<TimeSpan>? Jumped;

    /// <summary>A jump forward has stood long enough and is the time from now on; or, by zero, the machine agrees again. Raised as <see cref="Jumped"/>.</summary>
    public event Action<TimeSpan>? Settled;

    /// <summary>How far the machine's clock is off; null: it agrees.</summary>
    public TimeSpan? Off => Volatile.Read(ref _jump)?.By;

    public override long TimestampFrequency => _machine.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => _machine.LocalTimeZone;

    public override long GetTimestamp() => _machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _machine.CreateTimer(callback, state, dueTime, period);

    public override DateTimeOffset GetUtcNow()
    {
        var agreed = Volatile.Read(ref _agreed);
        var elapsed = _machine.GetElapsedTime(agreed.At);
        var told = _machine.GetUtcNow();
        if (Volatile.Read(ref _jump) is not null || IsJump(told - (agreed.Time + elapsed), elapsed))
            return Doubt();
        // A thread that was held up between the two readings has seen no one moment.
        if (elapsed >= BetweenNotes && _machine.GetTimestamp() is var at && _machine.GetElapsedTime(agreed.At, at) - elapsed < BetweenNotes)
            Volatile.Write(ref _agreed, new Agreement(at, told));
        return told;
    }

    private DateTimeOffset Doubt()
    {
        DateTimeOffset time;
        Action<TimeSpan>? tell = null;
        TimeSpan by;
        lock (_lock)
        {
            // Read again: another thread may have judged meanwhile.
            var at = _machine.GetTimestamp();
            var told = _machine.GetUtcNow();
            var elapsed = _machine.GetElapsedTime(_agreed.At, at);
            time = _agreed.Time + (elapsed * _agreed.Speed);
            by = told - time;
            if (_agreed.Speed < 1 ? by.Duration() <= Tolerance : !IsJump(by, elapsed))
            {
                Volatile.Write(ref _agreed, new Agreement(at, time = told));
                by = TimeSpan.Zero;
                if (_jump is not null)
                    tell = Settled;
                Volatile.Write(ref _jump, null);
            }
            else if (_jump is not { } jump || IsAnother(jump, by, _machine.GetElapsedTime(jump.Seen, at)))
            {
                // The first of it, or it jumped once more: patience begins anew.
                Volatile.Write(ref _agreed, new Agreement(at, time));
                Volatile.Write(ref _jump, new Jump(by, at, at));
                tell = Jumped;
            }
            else if (_machine.GetElapsedTime(jump.Since, at) < Belief)
                Volatile.Write(ref _jump, jump with { By = by, Seen = at });
            else if (by > TimeSpan.Zero)
            {
                Volatile.Write(ref _agreed, new Agreement(at, time = told));
                Volatile.Write(ref _jump, null);
                tell = Settled;
            }
            else
            {
                if (_agreed.Speed >= 1)
                    Volatile.Write(ref _agreed, new Agreement(at, time, Patient));
                Volatile.Write(ref _jump, jump with { By = by, Seen = at });
            }
        }

        tell?.Invoke(by);
        return time;
    }

    /// <summary>Whether the machine is off by something else than it was: more than this clock's own pace has changed it.</summary>
    private bool IsAnother(Jump jump, TimeSpan by, TimeSpan since) => IsJump(by - jump.By - (since * (1 - _agreed.Speed)), since);

    private static bool IsJump(TimeSpan difference, TimeSpan elapsed) => difference.Duration() > Tolerance + (elapsed * Drift);
}
