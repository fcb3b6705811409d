namespace Namesake.Core.Plans.Applying;

/// <summary>Carries out orders for plans in this process, one at a time, whoever asked and whether or not he still listens.</summary>
/// <remarks>Only what is being done here and now is known here, and how it ended; nothing of it survives the process. What a plan came to stands in its journal, and what is cut off in the middle is brought to its
/// end by the dead-man timer or at the next start.</remarks>
public sealed class PlansAtWork(Func<PlanOrder, CancellationToken, Task<PlanOutcome>> carryOut, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Orders remembered, for who asks how they ended.</summary>
    private const int MostRemembered = 50;

    /// <summary>As long as a write to a server that is there takes, and reading it back. What takes longer is left to the timer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly List<PlanWork> _works = [];
    private readonly List<Task> _running = [];
    private readonly CancellationTokenSource _stopping = new();
    private bool _isEnding;

    /// <summary>The newest order for this plan since the process started; null: there was none, or it is forgotten.</summary>
    public PlanWork? Of(PlanId id)
    {
        lock (_lock)
            return _works.FindLast(work => work.Order.Id == id);
    }

    /// <summary>Begins, and returns at once.</summary>
    /// <returns>What was begun; or what is in the way; or neither: the process is ending.</returns>
    public (PlanWork? Begun, PlanWork? InTheWay) Begin(PlanOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        lock (_lock)
        {
            if (_isEnding)
                return (null, null);
            if (_works.Find(work => work.Ended is null && IsInTheWay(work.Order, order)) is { } other)
                return (null, other);
            var begun = new PlanWork(order, time.GetUtcNow(), null, null);
            _works.Add(begun);
            if (_works.Count > MostRemembered && _works.Find(work => work.Ended is not null) is { } oldest)
                _works.Remove(oldest);
            _running.RemoveAll(task => task.IsCompleted);
            _running.Add(Task.Run(() => RunAsync(begun), CancellationToken.None));
            return (begun, null);
        }
    }

    /// <summary>Takes nothing more, and has what is under way taken back.</summary>
    /// <returns>False: something is still under way after all patience. It is undone by the dead-man timer or at the next start.</returns>
    public async Task<bool> EndAsync()
    {
        Task[] running;
        lock (_lock)
        {
            if (_isEnding)
                return _running.TrueForAll(task => task.IsCompleted);
            _isEnding = true;
            running = [.. _running];
        }
        await _stopping.CancelAsync();
        try
        {
            await Task.WhenAll(running).WaitAsync(Patience, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Whoever is still under way goes on looking at this.
        if (await EndAsync())
            _stopping.Dispose();
    }

    /// <summary>An operator's undo outweighs the apply of the same plan: that one finds out at its next line.</summary>
    private static bool IsInTheWay(PlanOrder running, PlanOrder asked) => running.Id != asked.Id || running is PlanOrder.Undo || asked is PlanOrder.Apply;

    private async Task RunAsync(PlanWork work)
    {
        PlanOutcome outcome;
        try
        {
            outcome = await carryOut(work.Order, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // After the first write a cancellation ends in an outcome of its own.
            outcome = new PlanOutcome(work.Order.Id, PlanEnd.Refused, "It was interrupted before anything was written.");
        }
        catch (Exception trouble) when (trouble is not OutOfMemoryException)
        {
            outcome = new PlanOutcome(work.Order.Id, PlanEnd.Undecided, trouble.Message);
        }
        lock (_lock)
            _works[_works.FindIndex(other => ReferenceEquals(other, work))] = work with { Ended = time.GetUtcNow(), Outcome = outcome };
    }
}
