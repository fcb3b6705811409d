// dotnet run -c Release --project bench/Spool [-- QUEUED [DIRECTORY]]
//
// Whole lives per second: a 10 KB message with one recipient is accepted (flushed), then settled as delivered with its event (flushed).
// With QUEUED, say 1000000: first on an empty spool, then with so many messages waiting, and before that a restart: how long until the first of them leaves, and in what memory.
using System.Globalization;
using Namesake.Bench.Spool;
using Namesake.Storage;

if (args is ["restart", var full])
{
    await Restart.RunAsync(full);
    return;
}
var queued = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 0;
var directory = args.Length > 1 ? args[1] : Path.Combine(Path.GetTempPath(), "namesake-bench-spool");
if (Directory.Exists(directory))
    Directory.Delete(directory, recursive: true);
Console.WriteLine("queue       producers   lives/s   CPU ms per 1,000   p50 ms   p99 ms   (of one accept)");
await MeasureAsync(0);
if (queued > 0)
{
    await using (var spool = await OpenAsync())
        Console.WriteLine($"{queued} messages accepted in {(await Lives.QueueAsync(spool, queued, TimeSpan.Zero, claimed: 5_000)).TotalSeconds:0.0} s, 5000 of them under way");
    for (var i = 0; i < 3; i++)
        Console.WriteLine("restart: " + await Restart.AsProcessAsync(directory));
    await MeasureAsync(queued);
}
var bytes = new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
Console.WriteLine($"{bytes / 1_000_000} MB on disk afterwards, in {directory}");
Directory.Delete(directory, recursive: true);

Task<SqliteSpool> OpenAsync() => SqliteSpool.OpenAsync(new SpoolOptions { DataDirectory = directory }, TimeProvider.System);

async Task MeasureAsync(int waiting)
{
    await using var spool = await OpenAsync();
    await Lives.RunAsync(spool, producers: 20, TimeSpan.FromSeconds(2)); // warms up
    foreach (var producers in new[] { 1, 20, 100 })
    {
        var result = await Lives.RunAsync(spool, producers, TimeSpan.FromSeconds(5));
        Console.WriteLine($"{waiting,-12}{producers,9}{result.PerSecond,10:0}{result.CpuMillisecondsPerThousand,19:0.0}{result.P50.TotalMilliseconds,9:0.00}{result.P99.TotalMilliseconds,9:0.00}");
    }
}
