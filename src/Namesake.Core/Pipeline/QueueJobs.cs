using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline;

/// <summary>Carries out operators' verbs over many queues, one at a time, while mail flows.</summary>
/// <remarks>A job lists the queues that match when it begins, then goes through them in slices of <see cref="IQueueControl.MostAtOnce"/> recipients, each a commit of its own behind
/// the acceptances and settlements that wait. Nothing of a job is kept over a restart: what it changed is, and the same command does what is left.</remarks>
public sealed class QueueJobs(ISpoolView view, IQueueControl control, TimeProvider time, ILogger log) : IAsyncDisposable
{
    /// <summary>Jobs remembered after their end, for who asks later.</summary>
    private const int MostRemembered = 20;

    private const int PageSize = 1000;

    private readonly Lock _lock = new();
    private readonly List<QueueJob> _jobs = [];
    private readonly CancellationTokenSource _stopping = new();
    private CancellationTokenSource? _cancel;
    private Task _running = Task.CompletedTask;
    private int _lastId;

    /// <summary>Newest first.</summary>
    public ImmutableArray<QueueJob> All
    {
        get
        {
            lock (_lock)
                return [.. _jobs.AsEnumerable().Reverse()];
        }
    }

    public QueueJob? Find(int id)
    {
        lock (_lock)
            return _jobs.Find(job => job.Id == id);
    }

    /// <summary>Makes everything that matches due now. Returns at once.</summary>
    /// <returns>The job, or the one that is still running: <c>Started</c> says which.</returns>
    public (QueueJob Job, bool Started) Retry(SpoolFilter filter, string by)
    {
        lock (_lock)
        {
            if (_jobs.Find(job => job.Ended is null) is { } running)
                return (running, false);
            var started = new QueueJob(++_lastId, "retry", filter, by, time.GetUtcNow(), 0, 0, 0, null, null);
            _jobs.Add(started);
            if (_jobs.Count > MostRemembered)
                _jobs.RemoveAt(0);
            _cancel?.Dispose();
            _cancel = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            var cancellation = _cancel.Token;
            _running = Task.Run(() => RunAsync(started.Id, filter, cancellation), CancellationToken.None);
            QueueJobsLog.Started(log, started.Verb, started.Id, Describe(filter), by);
            return (started, true);
        }
    }

    /// <summary>Lets a running job end with the slice it is at.</summary>
    /// <returns>False when it had ended, or nobody knows it.</returns>
    public bool Cancel(int id)
    {
        lock (_lock)
        {
            if (_jobs.Find(job => job.Id == id) is not { Ended: null })
                return false;
            _cancel!.Cancel();
            return true;
        }
    }

    /// <summary>What a retry would find: nothing is changed.</summary>
    public async Task<ImmutableArray<(QueueSummary Queue, WaitingCount Count)>> PreviewAsync(SpoolFilter filter, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<(QueueSummary, WaitingCount)>();
        await foreach (var page in PagesAsync(filter, cancellation))
        {
            var counts = await control.CountWaitingAsync([.. page.Select(queue => queue.Id)], time.GetUtcNow(), cancellation);
            found.AddRange(page.Zip(counts));
        }

        return found.ToImmutable();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _cancel?.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync(int id, SpoolFilter filter, CancellationToken cancellation)
    {
        string? trouble = null;
        try
        {
            var queues = new List<QueueId>();
            await foreach (var page in PagesAsync(filter, cancellation))
                queues.AddRange(page.Select(queue => queue.Id));
            Update(id, job => job with { Queues = queues.Count });
            foreach (var queue in queues)
            {
                await RetryAsync(id, queue, cancellation);
                Update(id, job => job with { QueuesDone = job.QueuesDone + 1 });
            }
        }
        catch (OperationCanceledException)
        {
            trouble = _stopping.IsCancellationRequested ? "the relay stopped" : "cancelled";
        }
        catch (Exception failure)
        {
            trouble = failure is SpoolUnavailableException ? failure.Message : "a fault of the relay: its log has the details";
            QueueJobsLog.Failed(log, id, failure);
        }

        var ended = Update(id, job => job with { Ended = time.GetUtcNow(), Trouble = trouble });
        QueueJobsLog.Ended(log, ended.Verb, id, ended.By, ended.Changed, ended.QueuesDone, ended.Queues, trouble ?? "done");
    }

    private async Task RetryAsync(int id, QueueId queue, CancellationToken cancellation)
    {
        // One moment for the whole queue: what fails again meanwhile is not made due a second time for ever.
        var now = time.GetUtcNow();
        int changed;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            changed = await control.RetryAsync(queue, now, IQueueControl.MostAtOnce);
            Update(id, job => job with { Changed = job.Changed + changed });
        }
        while (changed == IQueueControl.MostAtOnce);
    }

    private async IAsyncEnumerable<ImmutableArray<QueueSummary>> PagesAsync(SpoolFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var after = new QueueId(0);
        ImmutableArray<QueueSummary> page;
        do
        {
            page = await view.QueuesAsync(filter, after, PageSize, cancellation);
            if (page.IsEmpty)
                yield break;
            after = page[^1].Id;
            yield return page;
        }
        while (page.Length == PageSize);
    }

    private QueueJob Update(int id, Func<QueueJob, QueueJob> change)
    {
        lock (_lock)
        {
            var at = _jobs.FindIndex(job => job.Id == id);
            return _jobs[at] = change(_jobs[at]);
        }
    }

    private static string Describe(SpoolFilter filter) => filter == new SpoolFilter() ? "all mail"
        : string.Join(", ", new[] { $"brand {filter.Brand}", $"source {filter.Source}", $"domain {filter.Domain}" }.Where(text => !text.EndsWith(' ')));
}
