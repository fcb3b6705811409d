using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline;

/// <summary>Carries out operators' verbs over many queues, one at a time, while mail flows; and lets go what was kept back until now.</summary>
/// <remarks>A job lists the queues that match when it begins, then goes through them a slice at a time (<see cref="QueueWork"/>).
/// Nothing of a job is kept over a restart: what it changed is, and the same command does what is left.</remarks>
public sealed class QueueJobs : IAsyncDisposable
{
    /// <summary>Jobs remembered after their end, for who asks later.</summary>
    private const int MostRemembered = 20;

    /// <summary>How late a hold may end.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<QueueJob> _jobs = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly ISpool _spool;
    private readonly ISpoolView _view;
    private readonly IQueueControl _control;
    private readonly Dispatcher _dispatcher;
    private readonly Func<RelayModel> _model;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Task _releasing;
    private CancellationTokenSource? _cancel;
    private Task _running = Task.CompletedTask;
    private int _lastId;

    public QueueJobs(ISpool spool, ISpoolView view, IQueueControl control, Dispatcher dispatcher, Func<RelayModel> model, TimeProvider time, ILogger log)
    {
        (_spool, _view, _control, _dispatcher, _model, _time, _log) = (spool, view, control, dispatcher, model, time, log);
        Search = new QueueSearch(view, control, dispatcher.StandingOf, time, dispatcher.LearnWaysAsync);
        _releasing = ReleaseInTimeAsync();
    }

    /// <summary>Newest first.</summary>
    public ImmutableArray<QueueJob> All
    {
        get
        {
            lock (_lock)
                return [.. _jobs.AsEnumerable().Reverse()];
        }
    }

    /// <summary>How jobs find what is meant.</summary>
    public QueueSearch Search { get; }

    public QueueJob? Find(int id)
    {
        lock (_lock)
            return _jobs.Find(job => job.Id == id);
    }

    /// <summary>Begins to do it to everything that matches. Returns at once.</summary>
    /// <returns>The job, or the one that is still running: <c>Started</c> says which.</returns>
    public (QueueJob Job, bool Started) Start(QueueOrder order, QueueFilter filter, string by)
    {
        lock (_lock)
        {
            if (_jobs.Find(job => job.Ended is null) is { } running)
                return (running, false);
            var started = new QueueJob(++_lastId, order, filter, by, _time.GetUtcNow(), 0, 0, 0, null, null);
            _jobs.Add(started);
            if (_jobs.Count > MostRemembered)
                _jobs.RemoveAt(0);
            _cancel?.Dispose();
            _cancel = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            var cancellation = _cancel.Token;
            _running = Task.Run(() => RunAsync(started, cancellation), CancellationToken.None);
            QueueJobsLog.Started(_log, order.Verb, started.Id, filter.ToString(), by, order.Why ?? "-");
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

    /// <summary>Why an order can't be carried out at all; null when it can.</summary>
    public async Task<string?> ObstacleAsync(QueueOrder order, QueueFilter filter, CancellationToken cancellation)
    {
        if (order is not QueueOrder.Move { To: var to })
            return null;
        var model = _model();
        if (filter.Spool.Brand is { } brand)
            return ObstacleOf(brand, model);
        await foreach (var page in Search.PagesAsync(filter, cancellation))
            foreach (var queue in page)
                if (ObstacleOf(queue.Summary.Key.Brand, model) is { } obstacle)
                    return obstacle + "; say whose mail is meant with brand";
        return null;

        string? ObstacleOf(Brands.BrandId id, RelayModel model) => model.Brands.Find(id) is not { } owner ? $"there is no brand {id}: its mail can't be given a source"
            : !owner.Sources.Contains(to) || model.Sources.Find(to) is null ? $"{to} is no source of {id}: mail moves only to one of its own: {string.Join(", ", owner.Sources)}"
            : model.Sources.Find(to) is { Retiring: true } ? $"{to} is retiring: it takes no more mail"
            : null;
    }

    /// <summary>What an order would find, from the numbers queues keep or in bounded pages: nothing is changed.</summary>
    public async Task<ImmutableArray<QueuePreview>> PreviewAsync(QueueOrder order, QueueFilter filter, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<QueuePreview>();
        await foreach (var page in Search.PagesAsync(filter, cancellation))
        {
            var counts = await Search.CountAsync(page, cancellation);
            for (var i = 0; i < page.Length; i++)
                found.Add(new QueuePreview(page[i], counts[i], await ChangesAsync(order, page[i], counts[i], cancellation)));
        }

        return found.ToImmutable();
    }

    /// <summary>Lets a running job end with the slice it is at, and no other begin its work. Waits for nobody: a slice that can't be written down ends with the dispatcher.</summary>
    public Task EndAsync() => _stopping.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        await _releasing;
        _cancel?.Dispose();
        _stopping.Dispose();
    }

    // Only what a receiver has seen must be looked for recipient by recipient.
    private async Task<long> ChangesAsync(QueueOrder order, FoundQueue queue, WaitingCount count, CancellationToken cancellation)
    {
        var all = count.Due + count.Later + count.Held;
        if (order is not QueueOrder.Move move)
            return order switch { QueueOrder.Retry => count.Later, QueueOrder.Hold => count.Due + count.Later, QueueOrder.Release => count.Held, _ => all };
        if (move.To == queue.Summary.Key.Source)
            return 0;
        if (move.Tried || all == 0)
            return all;
        var (moving, seenSince) = (0L, _dispatcher.KeptSince);
        await foreach (var page in Search.RecipientsAsync(queue, cancellation))
            moving += page.Count(recipient => move.Touches(recipient, seenSince));
        return moving;
    }

    private async Task RunAsync(QueueJob job, CancellationToken cancellation)
    {
        string? trouble = null;
        try
        {
            var queues = new List<FoundQueue>();
            await foreach (var page in Search.PagesAsync(job.Filter, cancellation))
                queues.AddRange(page);
            Update(job.Id, now => now with { Queues = queues.Count });
            var work = new QueueWork(_control, _dispatcher, _time, job.Order, new HoldId(_spool.NextId().Value), job.By, job.Started);
            foreach (var queue in queues)
            {
                await work.RunAsync(queue, slice => Update(job.Id, now => now with { Changed = now.Changed + slice }), cancellation);
                Update(job.Id, now => now with { QueuesDone = now.QueuesDone + 1 });
            }

            if (work.Left > 0)
                trouble = $"{(work.Left == 1 ? "1 recipient is" : $"{work.Left} recipients are")} still there: a fault of the relay, its log has the details";
        }
        catch (OperationCanceledException)
        {
            trouble = _stopping.IsCancellationRequested ? "the relay stopped" : "cancelled";
        }
        catch (Exception failure)
        {
            trouble = failure is SpoolUnavailableException ? failure.Message : "a fault of the relay: its log has the details";
            QueueJobsLog.Failed(_log, job.Id, failure);
        }

        var ended = Update(job.Id, now => now with { Ended = _time.GetUtcNow(), Trouble = trouble });
        QueueJobsLog.Ended(_log, ended.Order.Verb, job.Id, ended.By, ended.Changed, ended.QueuesDone, ended.Queues, trouble ?? "done");
    }

    private async Task ReleaseInTimeAsync()
    {
        using var clock = new PeriodicTimer(BetweenLooks, _time);
        try
        {
            while (await clock.WaitForNextTickAsync(_stopping.Token))
            {
                ImmutableArray<MailHold> over = [];
                await TryAsync(async () => over = await _view.EndedHoldsAsync(_time.GetUtcNow(), _stopping.Token));
                foreach (var hold in over)
                    await TryAsync(() => ReleaseAsync(hold));
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: what is over is released after the next start.
        }
    }

    // Whatever goes wrong with one hold, the others end in time, and this one is looked at again.
    private async Task TryAsync(Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (SpoolUnavailableException trouble)
        {
            QueueJobsLog.HoldsNotSeen(_log, trouble.Message);
        }
        catch (Exception failure)
        {
            if (!_stopping.IsCancellationRequested)
                QueueJobsLog.HoldsFailed(_log, failure);
        }
    }

    private async Task ReleaseAsync(MailHold hold)
    {
        var released = 0L;
        var work = new QueueWork(_control, _dispatcher, _time, new QueueOrder.Release(), hold.Id, hold.By, _time.GetUtcNow());
        await foreach (var page in Search.PagesAsync(new QueueFilter(new SpoolFilter { State = RecipientState.Held, Hold = hold.Id }), _stopping.Token))
            foreach (var queue in page)
                await work.RunAsync(queue, slice => released += slice, _stopping.Token);
        if (released > 0)
            QueueJobsLog.HoldEnded(_log, released, hold.Reason, hold.By, hold.Since);
    }

    private QueueJob Update(int id, Func<QueueJob, QueueJob> change)
    {
        lock (_lock)
        {
            var at = _jobs.FindIndex(job => job.Id == id);
            return _jobs[at] = change(_jobs[at]);
        }
    }
}
