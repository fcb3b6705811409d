// dotnet run -c Release --project bench/Spool [-- [--engine postgres] [suspended | history] [QUEUED [DIRECTORY]] | events ROWS [DIRECTORY]]
//
// The engine is SQLite; with --engine postgres it is Debian's PostgreSQL, started here in DIRECTORY with its own settings and all durable, reached by its socket.
// CPU is that of this process: PostgreSQL's comes on top of it.
//
// Whole lives per second: a 10 KB message with one recipient is accepted (flushed), then settled as delivered with its event (flushed).
// With QUEUED, say 1000000: first on an empty spool, then with so many messages waiting, and before that a restart: how long until the first of them leaves, and in what memory.
// With [--engine …] verbs QUEUED DIRECTORY SECONDS [VERB;VERB…]: so many messages wait, and each of an operator's verbs goes through them while others are accepted and delivered. bench/verbs asks that.
// With events: a day of so many old events goes while others are accepted and delivered: how long did the one wait that waited longest?
// With suspended: what a minute's looks cost with nothing queued, and with so many messages waiting for a site that is suspended.
// With history [ROWS]: what a start reads of ten thousand users and so many rows of those who handed in mail, before the first client and behind it.
using System.Globalization;
using Namesake.Bench.Spool;

if (args is ["restart", var its, var path])
{
    await Restart.RunAsync(new Place(its, path));
    return;
}
if (args is ["events", var rows, .. var where])
{
    await Events.RunAsync(where is [var chosen] ? chosen : Path.Combine(Path.GetTempPath(), "namesake-bench-spool"), int.Parse(rows, CultureInfo.InvariantCulture));
    return;
}
var engine = "sqlite";
if (args is ["--engine", "sqlite" or "postgres", ..])
    (engine, args) = (args[1], args[2..]);
TimeSpan? slice = null;
var only = Array.Empty<string>();
if (args is ["verbs", _, _, var seconds, .. var verbs])
    (slice, only, args) = (TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)), verbs is [var list] ? list.Split(';') : [], args[1..3]);
var (suspended, history) = (args is ["suspended", ..], args is ["history", ..]);
if (suspended || history)
    args = args[1..];
var queued = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 0;
var directory = args.Length > 1 ? args[1] : Path.Combine(Path.GetTempPath(), "namesake-bench-spool");
if (Directory.Exists(directory))
    Directory.Delete(directory, recursive: true);
var place = new Place(engine, directory);
using var cluster = engine == "postgres" ? new Cluster(directory) : null;
Console.WriteLine($"engine {engine}");
if (suspended)
{
    await using (var spool = await place.OpenAsync())
        await Suspended.RunAsync(spool, queued, cluster);
    if (cluster is null)
        Directory.Delete(directory, recursive: true);
    return;
}
if (history)
{
    await using (var spool = await place.OpenAsync())
        await History.RunAsync(spool, queued > 0 ? queued : 500_000);
    if (cluster is null)
        Directory.Delete(directory, recursive: true);
    return;
}
if (slice is { } length)
{
    await using (var spool = await place.OpenAsync())
    {
        Console.WriteLine($"{queued} messages accepted in {(await Lives.QueueAsync(spool, queued, TimeSpan.FromDays(1))).TotalSeconds:0.0} s");
        await new Verbs(spool, length, only).RunAsync();
    }

    if (cluster is null)
        Directory.Delete(directory, recursive: true);
    return;
}
Console.WriteLine("queue       producers   lives/s   CPU ms per 1,000   p50 ms   p99 ms   (of one accept)");
await MeasureAsync(0);
if (queued > 0)
{
    await using (var spool = await place.OpenAsync())
        Console.WriteLine($"{queued} messages accepted in {(await Lives.QueueAsync(spool, queued, TimeSpan.Zero, claimed: 5_000)).TotalSeconds:0.0} s, 5000 of them under way");
    for (var i = 0; i < 3; i++)
        Console.WriteLine("restart: " + await Restart.AsProcessAsync(place));
    await MeasureAsync(queued);
}
var bytes = new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
Console.WriteLine($"{bytes / 1_000_000} MB on disk afterwards, in {directory}");
if (cluster is null)
    Directory.Delete(directory, recursive: true);

async Task MeasureAsync(int waiting)
{
    await using var spool = await place.OpenAsync();
    await Lives.RunAsync(spool, producers: 20, TimeSpan.FromSeconds(2), CancellationToken.None); // warms up
    foreach (var producers in new[] { 1, 20, 100 })
    {
        var result = await Lives.RunAsync(spool, producers, TimeSpan.FromSeconds(5), CancellationToken.None);
        Console.WriteLine($"{waiting,-12}{producers,9}{result.PerSecond,10:0}{result.CpuMillisecondsPerThousand,19:0.0}{result.P50.TotalMilliseconds,9:0.00}{result.P99.TotalMilliseconds,9:0.00}");
    }
}
