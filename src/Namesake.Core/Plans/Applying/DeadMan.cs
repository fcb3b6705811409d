namespace Namesake.Core.Plans.Applying;

/// <summary>Waits for one plan's decision, and undoes it when there is none in time. Lives in a process of its own, so that nothing it waits for can take it along.</summary>
public sealed class DeadMan(PlanRunner runner, TimeProvider time)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    /// <summary>Until it is decided, however long that takes: a server that is down for a day is undone when it is back.</summary>
    /// <returns>False: there was nothing to wait for.</returns>
    public async Task<bool> RunAsync(PlanId id, CancellationToken cancellation)
    {
        if (!await runner.WatchAsync(id, cancellation))
            return false;
        var rest = BetweenLooks;
        while (true)
        {
            // First of all: who started us to take a plan back goes first.
            await Task.Delay(rest, time, cancellation);
            var overdue = false;
            try
            {
                if (await runner.UndoOverdueAsync(id, cancellation) is { } outcome)
                {
                    if (outcome.IsDecided)
                        return true;
                    overdue = true;
                }
            }
            catch (IOException)
            {
                overdue = true; // The disk may have room again in a while.
            }
            rest = !overdue ? BetweenLooks : rest * 2 < LongestRest ? rest * 2 : LongestRest;
        }
    }
}
