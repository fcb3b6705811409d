using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>What one brand, user, sender or client has handed in: today's sums and its rate. No locks: all sessions of a busy brand count here.</summary>
internal sealed class Account(TallyScope scope, string name)
{
    private AccountDay _day = new(scope, name, DateOnly.MinValue);

    /// <summary>When the rate would be used up to nothing again, in ticks: a bucket in one number (the generic cell rate algorithm).</summary>
    private long _settledAt;

    public AccountDay Today(DateTimeOffset now)
    {
        var date = DateOnly.FromDateTime(now.UtcDateTime);
        while (true)
        {
            var day = Volatile.Read(ref _day);
            // A clock that was set back goes on with the later day rather than count one twice.
            if (day.Date >= date)
                return day;
            Interlocked.CompareExchange(ref _day, new AccountDay(scope, name, date), day);
        }
    }

    /// <summary>Before anybody counts: what was stored.</summary>
    public void Continue(Tally stored) => _day = new AccountDay(scope, name, stored.Key.Day, stored.Messages, stored.Recipients);

    /// <summary>Messages taken on that day; none on any other.</summary>
    public long TakenOn(DateOnly date) => Volatile.Read(ref _day) is { } day && day.Date == date ? day.TakenMessages : 0;

    /// <returns>Zero when the message may come; else how long to wait.</returns>
    public TimeSpan TakeRate(int perMinute, DateTimeOffset now)
    {
        var cost = TimeSpan.TicksPerMinute / perMinute;
        while (true)
        {
            var settled = Volatile.Read(ref _settledAt);
            var after = Math.Max(settled, now.UtcTicks) + cost;
            // Further ahead than a minute can only be after the clock was set back: begin anew.
            if (settled - now.UtcTicks > TimeSpan.TicksPerMinute + cost)
                after = now.UtcTicks + cost;
            else if (after - now.UtcTicks > TimeSpan.TicksPerMinute)
                return TimeSpan.FromTicks(after - now.UtcTicks - TimeSpan.TicksPerMinute);
            if (Interlocked.CompareExchange(ref _settledAt, after, settled) == settled)
                return TimeSpan.Zero;
        }
    }

    public void GiveBackRate(int perMinute) => Interlocked.Add(ref _settledAt, -(TimeSpan.TicksPerMinute / perMinute));
}
