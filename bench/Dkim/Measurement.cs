using System.Diagnostics;

namespace Namesake.Bench.Dkim;

/// <summary>Runs of one thread, in processor time of the process, collecting included. Load of others lengthens that too (shared caches and cores), so ranges count as much as medians.</summary>
internal static class Measurement
{
    private static readonly TimeSpan Run = TimeSpan.FromMilliseconds(700);

    /// <summary>Each contender warmed up, then five rounds in turn, so that a change of the machine's speed meets all; medians.</summary>
    public static void Compare(string title, params (string Name, Action Work)[] contenders)
    {
        Console.WriteLine(title);
        foreach (var (_, work) in contenders)
            Once(work, TimeSpan.FromMilliseconds(300));
        var rounds = Enumerable.Range(0, 5).Select(_ => contenders.Select(contender => Once(contender.Work, Run)).ToArray()).ToList();
        for (var i = 0; i < contenders.Length; i++)
        {
            var rates = rounds.Select(round => round[i].PerSecond).Order().ToList();
            Console.WriteLine($"  {contenders[i].Name,-34}{rates[2],9:N0} per core-second ({rates[0]:N0} to {rates[4]:N0}){1_000_000 / rates[2],10:N1} us{rounds[2][i].Bytes,10:N0} bytes allocated");
        }
    }

    private static (double PerSecond, long Bytes) Once(Action work, TimeSpan atLeast)
    {
        var process = Process.GetCurrentProcess();
        long count = 0;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var wall = Stopwatch.GetTimestamp();
        process.Refresh();
        var before = process.TotalProcessorTime;
        do
        {
            for (var i = 0; i < 10; i++)
                work();
            count += 10;
        }
        while (Stopwatch.GetElapsedTime(wall) < atLeast);
        process.Refresh();
        var spent = process.TotalProcessorTime - before;
        return (count / spent.TotalSeconds, (GC.GetAllocatedBytesForCurrentThread() - allocated) / count);
    }
}
