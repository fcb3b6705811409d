using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Namesake.Core.Identity;

/// <summary>Runs errands at their time, so many at once, each never twice at the same time. Waits for a clock or a bell, never in a loop.</summary>
/// <param name="run">Returns when the errand is due again; null: not until somebody wants it.</param>
/// <param name="afterFailure">When an errand that threw is tried again.</param>
internal sealed class Rounds(int atOnce, Func<Errand, CancellationToken, Task<DateTimeOffset?>> run, TimeSpan afterFailure, TimeProvider time, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly Agenda<Errand> _agenda = new();
    private readonly Dictionary<Errand, DateTimeOffset?> _running = []; // with the time it is wanted again meanwhile
    private TaskCompletionSource? _settled;
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>When the next errand is due; null: none waits.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_lock)
                return _agenda.NextDue();
        }
    }

    /// <summary>Completes when nothing runs and nothing is due at the present time of the clock: for whoever holds the clock.</summary>
    public Task SettledAsync()
    {
        lock (_lock)
            return IsSettled_NeedsLock() ? Task.CompletedTask : (_settled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    public void Want(Errand errand, DateTimeOffset due)
    {
        lock (_lock)
        {
            if (_running.TryGetValue(errand, out var again))
                _running[errand] = again is null || due < again ? due : again;
            else
                _agenda.Want(errand, due);
        }
        _bell.Writer.TryWrite(true);
    }

    private bool IsSettled_NeedsLock() => _running.Count == 0 && !(_agenda.NextDue() <= time.GetUtcNow());

    public async Task RunAsync(CancellationToken stop)
    {
        var tasks = new HashSet<Task>();
        try
        {
            while (true)
            {
                foreach (var errand in TakeDue())
                    tasks.Add(RunOneAsync(errand, stop));
                await WaitAsync(stop);
                tasks.RemoveWhere(task => task.IsCompleted);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Task.WhenAll(tasks);
        }
    }

    private List<Errand> TakeDue()
    {
        var now = time.GetUtcNow();
        var due = new List<Errand>();
        lock (_lock)
        {
            while (_running.Count < atOnce && _agenda.TryTake(now, out var errand))
            {
                _running.Add(errand, null);
                due.Add(errand);
            }
        }
        return due;
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        DateTimeOffset? next;
        lock (_lock)
            next = _running.Count < atOnce ? _agenda.NextDue() : null; // full: whoever ends rings
        using var clock = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var rung = _bell.Reader.ReadAsync(clock.Token).AsTask();
        if (next is not { } due)
        {
            await rung;
            return;
        }
        var wait = due - time.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            var elapsed = Task.Delay(wait < LongestDelay ? wait : LongestDelay, time, clock.Token);
            // Asked again with the timer running: a clock that was set forward in between must not make us late.
            if (due > time.GetUtcNow())
                await Task.WhenAny(rung, elapsed);
        }
        await clock.CancelAsync();
        stop.ThrowIfCancellationRequested();
    }

    // Timers take at most 49 days; nobody waits that long.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private async Task RunOneAsync(Errand errand, CancellationToken stop)
    {
        await Task.Yield(); // an errand that never waits must not keep the loop from the others
        DateTimeOffset? next;
        try
        {
            next = await run(errand, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            next = null;
        }
        catch (Exception failure)
        {
            logger.LogError(failure, "{Errand} failed; tried again in {Seconds} s", errand, afterFailure.TotalSeconds);
            next = time.GetUtcNow() + afterFailure;
        }
        lock (_lock)
        {
            _running.Remove(errand, out var again);
            if ((next is null || again < next ? again ?? next : next) is { } due)
                _agenda.Want(errand, due);
            if (_settled is not null && IsSettled_NeedsLock())
            {
                _settled.SetResult();
                _settled = null;
            }
        }
        _bell.Writer.TryWrite(true);
    }
}
