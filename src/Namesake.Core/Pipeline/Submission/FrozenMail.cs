using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Keeps the spool in step with who is frozen: holds what a frozen submitter has queued, releases it when it is thawed.</summary>
/// <remarks>
/// <para>It looks at a start, when somebody is frozen or thawed, and when mail of somebody frozen came back out of memory; each time through the queues of its brand, in slices of
/// <see cref="IQueueControl.MostAtOnce"/> behind the acceptances and settlements that wait. What is being sent is claimed and not touched; it is not tried again, since it comes back here.</para>
/// <para>Nothing is lost by a kill: who is frozen is stored, with the name of the hold, and the next start looks again. Only what is held by that name is released: holds of operators stay.</para>
/// </remarks>
public sealed class FrozenMail : IDisposable
{
    /// <summary>Least time between two looks, and before another try when the spool is in trouble: mail that comes back a piece at a time is held together.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly Submitters _submitters;
    private readonly QueueSearch _search;
    private readonly IQueueControl _control;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, byte> _pending = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _signal = new(1, 1);

    public FrozenMail(Submitters submitters, QueueSearch search, IQueueControl control, TimeProvider time, ILogger log)
    {
        (_submitters, _search, _control, _time, _log) = (submitters, search, control, time, log);
        foreach (var name in submitters.MayHaveHeldMail)
            _pending[name] = 0;
        submitters.Changed += Changed;
        submitters.MailReturned += Look;
    }

    /// <summary>Until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await _signal.WaitAsync(stop);
                foreach (var (name, _) in _pending)
                    if (_pending.TryRemove(name, out _))
                        await KeepInStepAsync(name, stop);
                await Task.Delay(BetweenLooks, _time, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The next start goes on.
        }
    }

    public void Dispose()
    {
        _submitters.Changed -= Changed;
        _submitters.MailReturned -= Look;
        _signal.Dispose();
    }

    private void Changed(Freeze freeze)
    {
        if (!freeze.IsObserved)
            Look(freeze.Submitter);
    }

    private void Look(string name)
    {
        _pending[name] = 0;
        try
        {
            if (_signal.CurrentCount == 0)
                _signal.Release();
        }
        catch (Exception trouble) when (trouble is SemaphoreFullException or ObjectDisposedException)
        {
            // Another signal came between: it is the same look. Or this is the end, and the next start looks.
        }
    }

    private async Task KeepInStepAsync(string name, CancellationToken stop)
    {
        try
        {
            if (_submitters.HoldOf(name) is not { } id)
                return;
            if (_submitters.FreezeOf(name) is { } freeze)
                await HoldAsync(name, new MailHold(id, "its submitter is suspended", freeze.By, freeze.Since, null), stop);
            else if (await ReleaseAsync(name, id, stop))
                await _submitters.ReleasedAsync(name);
        }
        catch (SpoolUnavailableException trouble)
        {
            FrozenMailLog.Later(_log, name, trouble.Message);
            Look(name);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            FrozenMailLog.Failed(_log, name, failure);
        }
    }

    private async Task HoldAsync(string name, MailHold hold, CancellationToken stop)
    {
        var held = 0;
        await foreach (var (queue, found) in FindAsync(new SpoolFilter(_submitters.BrandOf(name), Submitter: name), stop))
        {
            if (_submitters.FreezeOf(name) is null)
                return; // Thawed meanwhile: that look comes next.
            ImmutableArray<RecipientId> waiting = [.. found.Where(recipient => recipient.State != RecipientState.Held).Select(recipient => recipient.Id)];
            held += waiting.IsEmpty ? 0 : await _control.HoldAsync(queue, waiting, hold);
        }

        if (held > 0)
            FrozenMailLog.Held(_log, held, name);
    }

    /// <returns>Whether all of it is released.</returns>
    private async Task<bool> ReleaseAsync(string name, HoldId id, CancellationToken stop)
    {
        var released = 0;
        // Of any brand: what it held may be another's since a reload. Only queues with held mail are looked through.
        await foreach (var (queue, found) in FindAsync(new SpoolFilter { Hold = id }, stop))
        {
            if (_submitters.FreezeOf(name) is not null)
                return false;
            released += await _control.ReleaseAsync(queue, [.. found.Select(recipient => recipient.Id)]);
        }

        if (released > 0)
            FrozenMailLog.Released(_log, released, name);
        return true;
    }

    private async IAsyncEnumerable<(QueueId Queue, ImmutableArray<FoundRecipient> Found)> FindAsync(SpoolFilter filter, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var page in _search.PagesAsync(new QueueFilter(filter), stop))
            foreach (var queue in page)
                await foreach (var found in _search.RecipientsAsync(queue, stop))
                    yield return (queue.Summary.Id, found);
    }
}
