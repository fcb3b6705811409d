using System.Globalization;
using Namesake.Core.Pipeline;

namespace Namesake;

// The machine's clock jumps: said at once, believed later, and nobody's mail is the worse for it.
public sealed partial class RelayHost
{
    /// <summary>Ids are times, and the last one is stored: one that lies further ahead was given by a clock that has been set back since.</summary>
    private static readonly TimeSpan IdsAhead = TimeSpan.FromMinutes(1);

    /// <summary>Beside the verdicts: by how many seconds ids were ahead when that was told. Each node of a cluster has its own.</summary>
    private string ToldKey => $"clock-told-by/{Model.Node}";

    private static readonly TimeSpan ToldAgain = TimeSpan.FromHours(1);

    private async Task KeepTimeAsync(CancellationToken cancellation)
    {
        // Both come on the thread that happened to read the clock, whatever it holds.
        _time.Jumped += by => RelayLog.ClockJumped(_log, Describe(by));
        // A machine that was suspended has not counted that time, but the database has: what lay ahead may be another's.
        _time.Jumped += _ => _leases!.Doubt();
        _time.Settled += by => _ = Task.Run(() => ClockSet(by));
        var (next, now) = (Spool.NextId(), _time.GetUtcNow());
        var ahead = next.AcceptedAt - now;
        var told = (await Spool.LoadAsync(cancellation)).GetValueOrDefault(ToldKey);
        if (ahead <= IdsAhead)
        {
            if (told is not null)
                await Spool.SaveAsync(ToldKey, null);
            return;
        }

        // Told once: ids stay ahead over many starts, and never by more than before.
        if (long.TryParse(told, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && ahead < TimeSpan.FromSeconds(seconds) + ToldAgain)
            return;
        RelayLog.ClockWasAhead(_log, Describe(ahead));
        // What was to be tried again by the clock as it was would wait so much longer.
        _jobs!.Start(new QueueOrder.Retry(), QueueFilter.All, "the clock, which was ahead");
        await Spool.SaveAsync(ToldKey, ((long)ahead.TotalSeconds).ToString(CultureInfo.InvariantCulture));
    }

    private void ClockSet(TimeSpan by)
    {
        if (by == TimeSpan.Zero)
        {
            RelayLog.ClockRight(_log);
            return;
        }

        RelayLog.ClockSet(_log, Describe(by));
        Watch.ClockSet(by);
        Dispatcher.ClockSet(by);
    }

    // Rounded: what was found a millisecond late would read as a second less.
    private static string Describe(TimeSpan by) => $"{TimeSpan.FromSeconds(Math.Round(by.Duration().TotalSeconds)):d\\.hh\\:mm\\:ss} {(by > TimeSpan.Zero ? "forward" : "back")}";
}
