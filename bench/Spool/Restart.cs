using System.Diagnostics;
using System.Globalization;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Bench.Spool;

/// <summary>A process that opens a full spool as a relay does after a crash, and says how long until the first message was out of it, and what memory that took.</summary>
internal static class Restart
{
    /// <summary>In this process: prints one line.</summary>
    public static async Task RunAsync(Place place)
    {
        var watch = Stopwatch.StartNew();
        await using var spool = await place.OpenAsync();
        var opened = watch.Elapsed;
        var now = TimeProvider.System.GetUtcNow();
        var due = await spool.DueQueuesAsync(now, new QueueId(0), 100);
        var claimed = await spool.ClaimAsync([.. due.Select(queue => queue.Id)], now, 50, (_, _) => now.AddMinutes(5));
        await using (var content = await spool.OpenContentAsync(claimed[0].Message, CancellationToken.None))
        await using (var stream = content.OpenStream())
            await stream.CopyToAsync(Stream.Null);
        await spool.SettleAsync(new Settlement(claimed[0], [new RecipientResult(0, RecipientFate.Delivered, "250 2.0.0 queued")], null, []));
        var first = watch.Elapsed;
        var totals = await spool.TotalsAsync(CancellationToken.None);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{totals.Messages + 1} messages: open after {opened.TotalSeconds:0.00} s, {claimed.Length} claimed and the first settled after {first.TotalSeconds:0.00} s, {PeakMegabytes()} MB at most"));
    }

    /// <summary>In a process of its own, which is ended without mercy when it has said its line.</summary>
    public static async Task<string> AsProcessAsync(Place place)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["restart", place.Engine, place.Path]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync() ?? "it said nothing";
        process.Kill();
        await process.WaitForExitAsync();
        return line;
    }

    private static long PeakMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1_000_000;
    }
}
