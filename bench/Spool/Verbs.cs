using System.Diagnostics;
using System.Text.Json;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage;

namespace Namesake.Bench.Spool;

/// <summary>What operators' verbs cost with so many messages waiting, and what whole lives per second remain meanwhile. One line of JSON for each; bench/verbs makes a table of them.</summary>
/// <param name="only">The verbs that are done, by the names they are told under; none: all.</param>
/// <param name="slice">How long lives are measured without a verb, and at least while one that only reads is asked again and again.</param>
internal sealed class Verbs(IRelaySpool spool, TimeSpan slice, string[] only)
{
    private const int Producers = 20;

    /// <summary>Outcomes of one producer on their way to the disk. Who waited for each would be slowed by the 10 ms it waits for company, and be the faster the more a verb writes.</summary>
    private const int Unsettled = 10;

    /// <summary>Slices without a verb before the first one.</summary>
    private const int Slices = 5;

    /// <summary>Slices that pass, at most, before two in a row agree.</summary>
    private const int MostWarmUp = 12;

    /// <summary>How much of the first the second may differ by.</summary>
    private const double Agreeing = 0.1;

    /// <summary>From one question to the next, at least: a program that watches asks no more often.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly Looks _looks = new(spool);
    private readonly Orders _orders = new(spool);

    /// <summary>In this order everything that waits goes from later to due, held, due, to another source, back to its sender, and away.</summary>
    public async Task RunAsync()
    {
        var bySender = new QueueFilter(new SpoolFilter { Sender = "nobody@acme.example" });
        var later = QueueFilter.All with { State = QueueState.Later };
        await WarmUpAsync();
        for (var i = 0; i < Slices; i++)
            await MeasureNoneAsync();
        await LookAsync("list", () => _looks.ListAsync(QueueFilter.All));
        await LookAsync("list, those that wait for their time", () => _looks.ListAsync(later));
        await LookAsync("count, by brand", () => _looks.CountAsync(QueueFilter.All));
        await LookAsync("count, those that wait for their time", () => _looks.CountAsync(later));
        await LookAsync("dry run or count, by a sender that has nothing", () => _looks.CountAsync(bySender));
        await OrderAsync("retry", _orders.RetryAsync);
        await OrderAsync("hold", _orders.HoldAsync);
        await LookAsync("list, all held", () => _looks.ListAsync(QueueFilter.All));
        await LookAsync("count, by reason, all held", _looks.CountByReasonAsync);
        await OrderAsync("release", _orders.ReleaseAsync);
        await OrderAsync("move", _orders.MoveAsync);
        await OrderAsync("bounce", _orders.BounceAsync);
        await OrderAsync("purge", _orders.PurgeAsync);
    }

    /// <summary>After all those acceptances there is a log to be written back, and code to be compiled.</summary>
    private async Task WarmUpAsync()
    {
        var before = 0.0;
        for (var i = 0; i < MostWarmUp; i++)
        {
            var now = (await LivesAsync()).PerSecond;
            if (Math.Abs(now - before) < before * Agreeing)
                return;
            before = now;
        }
    }

    private Task<LivesResult> LivesAsync() => Lives.RunAsync(spool, Producers, slice, CancellationToken.None, Unsettled);

    private async Task MeasureNoneAsync() => Tell("none", 0, slice, 0, await LivesAsync());

    private Task LookAsync(string verb, Func<Task<long>> work) => MeasureAsync(verb, work, slice);

    private Task OrderAsync(string verb, Func<Task<long>> work) => MeasureAsync(verb, work, TimeSpan.Zero);

    /// <param name="least">Done again until so much time has passed.</param>
    private async Task MeasureAsync(string verb, Func<Task<long>> work, TimeSpan least)
    {
        if (only is not [] && !only.Contains(verb))
            return;
        using var done = new CancellationTokenSource();
        var lives = Lives.RunAsync(spool, Producers, TimeSpan.FromDays(1), done.Token, Unsettled);
        var (recipients, took, watch) = (0L, new List<TimeSpan>(), Stopwatch.StartNew());
        do
        {
            var begun = watch.Elapsed;
            recipients = await work();
            took.Add(watch.Elapsed - begun);
            if (least > TimeSpan.Zero && BetweenLooks - took[^1] is { Ticks: > 0 } pause)
                await Task.Delay(pause, TimeProvider.System);
        }
        while (watch.Elapsed < least);
        await done.CancelAsync();
        took.Sort();
        Tell(verb, recipients, took[took.Count / 2], took.Count, await lives);
        // What a verb leaves to be done, and what the machine does by itself, shows between them.
        await MeasureNoneAsync();
    }

    private static void Tell(string verb, long recipients, TimeSpan took, int times, LivesResult lives) => Console.WriteLine(JsonSerializer.Serialize(new
    {
        verb,
        recipients,
        seconds = took.TotalSeconds,
        times,
        livesPerSecond = lives.PerSecond,
        p50 = lives.P50.TotalMilliseconds,
        p99 = lives.P99.TotalMilliseconds,
    }));
}
