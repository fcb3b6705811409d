// Whole lives per second: a 10 KB message with one recipient is accepted (flushed), then settled as delivered with its event (flushed).
// dotnet run -c Release --project bench/Spool [-- DIRECTORY [QUEUED]]: QUEUED messages wait in the spool meanwhile.
using Namesake.Bench.Spool;
using Namesake.Storage;

var directory = args.Length > 0 ? args[0] : Path.Combine(Path.GetTempPath(), "namesake-bench-spool");
var queued = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 0;
if (Directory.Exists(directory))
    Directory.Delete(directory, recursive: true);
await using (var spool = await SqliteSpool.OpenAsync(new SpoolOptions { DataDirectory = directory }, TimeProvider.System))
{
    if (queued > 0)
        Console.WriteLine($"{queued} messages queued in {(await Lives.QueueAsync(spool, queued)).TotalSeconds:0.0} s");
    await Lives.RunAsync(spool, producers: 20, TimeSpan.FromSeconds(2)); // warms up
    Console.WriteLine("producers   lives/s   CPU ms per 1,000   p50 ms   p99 ms   (of one accept)");
    foreach (var producers in new[] { 1, 20, 100 })
    {
        var result = await Lives.RunAsync(spool, producers, TimeSpan.FromSeconds(8));
        Console.WriteLine($"{producers,9}{result.PerSecond,10:0}{result.CpuMillisecondsPerThousand,19:0.0}{result.P50.TotalMilliseconds,9:0.00}{result.P99.TotalMilliseconds,9:0.00}");
    }
}
var bytes = new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
Console.WriteLine($"{bytes / 1_000_000} MB on disk afterwards, in {directory}");
Directory.Delete(directory, recursive: true);
