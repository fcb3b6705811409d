using Microsoft.Extensions.Time.Testing;

namespace Namesake.Core.Tests.Pipeline.Submission;

/// <summary>What saves every few seconds, stopped at a moment that the test chooses.</summary>
internal static class Keeping
{
    /// <summary>Long enough for a busy machine; only a failing test waits for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Stops it in the middle of its first save.</summary>
    /// <param name="meanwhile">What happens while the save is under way.</param>
    public static async Task StoppedInASaveAsync(PaperTallies store, FakeTimeProvider time, Func<CancellationToken, Task> keep, Action meanwhile)
    {
        var (begun, goOn) = (Signal(), Signal());
        store.BeforeSave = () =>
        {
            begun.TrySetResult();
            return goOn.Task;
        };
        using var stop = new CancellationTokenSource();
        var keeping = keep(stop.Token);
        time.Advance(TimeSpan.FromSeconds(5));
        await begun.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        meanwhile();
        await stop.CancelAsync();
        goOn.SetResult();
        await keeping.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    /// <summary>Stops it in the middle of its first read of the heaviest, which would have no end.</summary>
    public static async Task StoppedInAReadAsync(PaperTallies store, FakeTimeProvider time, Func<CancellationToken, Task> keep, Action meanwhile)
    {
        var begun = Signal();
        store.BeforeHeaviest = (_, _, cancellation) =>
        {
            begun.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
        };
        using var stop = new CancellationTokenSource();
        var keeping = keep(stop.Token);
        time.Advance(TimeSpan.FromSeconds(5));
        await begun.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        meanwhile();
        await stop.CancelAsync();
        await keeping.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
