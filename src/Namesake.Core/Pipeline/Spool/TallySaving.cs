namespace Namesake.Core.Pipeline.Spool;

/// <summary>How often what is counted in memory is saved: a kill forgets that much, a stop nothing.</summary>
internal static class TallySaving
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public static Task RunAsync(Func<Task> round, Func<Task> last, TimeProvider time, CancellationToken stop) => RunAsync(() => Task.CompletedTask, round, last, time, stop);

    /// <summary>Does a round every few seconds until it is stopped, and the last one then, whatever was under way.</summary>
    /// <param name="first">Comes before the rounds, at once.</param>
    public static async Task RunAsync(Func<Task> first, Func<Task> round, Func<Task> last, TimeProvider time, CancellationToken stop)
    {
        try
        {
            await first();
            while (true)
            {
                await Task.Delay(Every, time, stop);
                await round();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // We stop.
        }
        finally
        {
            await last();
        }
    }
}
