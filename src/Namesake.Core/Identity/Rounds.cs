using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Namesake.Core.Identity;

/// <summary>Runs errands at their time, so many at once, each never twice at the same time. Waits for a clock or a bell, never in a loop.</summary>
/// <param name="run">Returns when the errand is due again; null: not until somebody wants it.</param>
/// <param name="afterFailure">When an errand that threw is tried again.</param>
/// <param name="isFirst">Errands that go before the others as soon as they are due, for mail waits for them; null: none do. As long as others are due too they leave a quarter of the places to
/// them, or ten thousand of them would be the only ones that ever run.</param>
internal sealed class Rounds(
    int atOnce, Func<Errand, CancellationToken, Task<DateTimeOffset?>> run, TimeSpan afterFailure, TimeProvider time, ILogger logger, Func<Errand, bool>? isFirst = null)
{
    private readonly Lock _lock = new();
    private readonly Agenda<Errand> _agenda = new();
    private readonly Agenda<Errand> _first = new();
    private readonly Dictionary<Errand, DateTimeOffset?> _running = []; // with the time it is wanted again meanwhile
    private readonly HashSet<Errand> _firstRunning = [];
    private TaskCompletionSource? _settled;
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>When the next errand is due; null: none waits.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_lock)
                return NextDue_NeedsLock();
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
        var first = isFirst?.Invoke(errand) == true;
        lock (_lock)
        {
            if (_running.TryGetValue(errand, out var again))
                _running[errand] = again is null || due < again ? due : again;
            else
                Want_NeedsLock(errand, due, first);
        }
        _bell.Writer.TryWrite(true);
    }

    // An errand stands in one of the two only; where it was wanted earlier, it keeps that time.
    private void Want_NeedsLock(Errand errand, DateTimeOffset due, bool first)
    {
        var (agenda, other) = first ? (_first, _agenda) : (_agenda, _first);
        var before = other.Remove(errand);
        agenda.Want(errand, before < due ? before.Value : due);
    }

    private bool IsSettled_NeedsLock() => _running.Count == 0 && !(NextDue_NeedsLock() <= time.GetUtcNow());

    private DateTimeOffset? NextDue_NeedsLock() => _first.NextDue() is { } first && !(_agenda.NextDue() <= first) ? first : _agenda.NextDue();

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
            while (_running.Count < atOnce && TryTake_NeedsLock(now, out var errand))
            {
                _running.Add(errand, null);
                due.Add(errand);
            }
        }
        return due;
    }

    private bool TryTake_NeedsLock(DateTimeOffset now, out Errand errand)
    {
        var leaveOne = _firstRunning.Count >= Math.Max(1, atOnce - (atOnce / 4)) && _agenda.NextDue() <= now;
        if (!leaveOne && _first.TryTake(now, out errand))
        {
            _firstRunning.Add(errand);
            return true;
        }
        return _agenda.TryTake(now, out errand);
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        DateTimeOffset? next;
        lock (_lock)
            next = _running.Count < atOnce ? NextDue_NeedsLock() : null; // full: whoever ends rings
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
            // Asked again with the timer running: a clock that was set forward in between, by however much, must not make us late.
            if (due - time.GetUtcNow() > wait - Moment)
                await Task.WhenAny(rung, elapsed);
        }
        await clock.CancelAsync();
        stop.ThrowIfCancellationRequested();
    }

    // Timers take at most 49 days; nobody waits that long.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    // As much as a clock that nobody sets may go on while a timer is made. Where it was more, the wait is reckoned anew.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

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
        var first = isFirst?.Invoke(errand) == true;
        lock (_lock)
        {
            _running.Remove(errand, out var again);
            _firstRunning.Remove(errand);
            if ((next is null || again < next ? again ?? next : next) is { } due)
                Want_NeedsLock(errand, due, first);
            if (_settled is not null && IsSettled_NeedsLock())
            {
                _settled.SetResult();
                _settled = null;
            }
        }
        _bell.Writer.TryWrite(true);
    }
}
