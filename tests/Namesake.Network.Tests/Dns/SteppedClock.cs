using Microsoft.Extensions.Time.Testing;

namespace Namesake.Network.Tests.Dns;

/// <summary>A clock only the test moves, that tells when somebody has begun to wait for it.</summary>
internal sealed class SteppedClock() : FakeTimeProvider(new DateTimeOffset(2026, 9, 1, 12, 0, 0, TimeSpan.Zero)), IDisposable
{
    private readonly SemaphoreSlim _armed = new(0);

    public void Dispose() => _armed.Dispose();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime != Timeout.InfiniteTimeSpan)
            _armed.Release();
        return timer;
    }

    /// <summary>Lets time pass, a step for each wait that begins, until the work is done.</summary>
    /// <param name="steps">No more steps than this: what begins to wait after them is answered.</param>
    /// <param name="ready">What must be true before the step, such as a reply having been seen.</param>
    public async Task<T> WhileTimePassesAsync<T>(Task<T> work, TimeSpan step, int steps, Func<int, bool>? ready = null)
    {
        using var done = new CancellationTokenSource();
        var ending = work.ContinueWith(_ => done.CancelAsync(), TaskScheduler.Default).Unwrap();
        for (var count = 1; count <= steps && !work.IsCompleted; count++)
        {
            try
            {
                await _armed.WaitAsync(done.Token);
                while (ready?.Invoke(count) == false)
                    await Task.Yield();
            }
            catch (OperationCanceledException)
            {
                break;
            }
            Advance(step);
        }
        var result = await work;
        await ending;
        return result;
    }
}
