using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Receivers;

namespace Namesake.Core.Pipeline;

// How consignments leave memory: sent, given back, expired, or saved from a fault of ours. Each of them exactly once.
public sealed partial class Dispatcher
{
    private Task EndWithoutSessionAsync(Consignment consignment, Reachable? route, Outcome outcome)
    {
        ImmutableArray<Outcome> outcomes = [.. consignment.Recipients.Select(_ => outcome)];
        return EndAsync(consignment, outcomes, WithoutSession(consignment, route, outcomes), false, null);
    }

    private async Task EndAsync(Consignment consignment, ImmutableArray<Outcome> outcomes, AttemptEvent attempt, bool identityRefused, DateTimeOffset? notBefore)
    {
        Tell(consignment, outcomes, attempt);
        ImmutableArray<Consignment> spawned;
        try
        {
            spawned = await _reporter.AttemptEndedAsync(consignment, outcomes, attempt, identityRefused, notBefore, _aborting.Token);
        }
        catch (Exception failure)
        {
            await SalvageAsync(consignment, outcomes, failure);
            return;
        }

        Offer(spawned);
        await TellListAsync(consignment, outcomes);
        Forget(consignment);
    }

    private async Task ReturnAsync(Consignment consignment, DateTimeOffset? due)
    {
        await _reporter.ReturnAsync(consignment, due ?? _time.GetUtcNow(), _aborting.Token);
        Forget(consignment);
    }

    private async Task ExpireAsync(Consignment consignment)
    {
        var why = WhyWaiting(consignment);
        ImmutableArray<Outcome> outcomes = [.. consignment.Recipients.Select(_ => new Deferred(SessionPhase.Resolve, FailureScope.Message, null, why))];
        var ended = WithoutSession(consignment, _router.Known(consignment.Key.Domain, consignment.Via) as Reachable, outcomes, ended: "expired");
        var spawned = await _reporter.ExpiredAsync(consignment, why, ended, _aborting.Token);
        _metrics.Expired(consignment);
        Offer(spawned);
        Forget(consignment);
    }

    /// <summary>Something of ours failed while it was in memory. What was delivered is written down, the rest goes back: memory and claim are free whatever happens.</summary>
    /// <param name="outcomes">Of the attempt that was made; empty: none was.</param>
    private async Task SalvageAsync(Consignment consignment, ImmutableArray<Outcome> outcomes, Exception failure)
    {
        if (!_aborting.IsCancellationRequested)
            DispatcherLog.Failed(_log, failure);
        try
        {
            await _reporter.SalvagedAsync(consignment, outcomes, _aborting.Token);
        }
        catch (Exception trouble)
        {
            DispatcherLog.Stranded(_log, consignment.Message.ToString(), trouble);
        }

        Forget(consignment);
    }

    private void Reoffer(Consignment consignment)
    {
        Forget(consignment);
        Offer(consignment);
    }

    private void Forget(Consignment consignment)
    {
        var left = _window.Leave(consignment.Key.Brand, consignment.Content?.Length ?? 0);
        if (left < _options.Window / 2 && Volatile.Read(ref _mayHaveMore))
            SignalDue();
        if (left == 0 && _stopping.IsCancellationRequested)
            _drained.TrySetResult();
    }

    /// <summary>Starts work on a consignment that nobody waits for.</summary>
    private void Run(Consignment consignment, Func<Task> work) => _ = CarryOutAsync(consignment, work);

    /// <param name="work">Ends with the consignment handed on or forgotten. An exception means that it is neither, and it is given back.</param>
    /// <returns>False when it was given back.</returns>
    private async Task<bool> CarryOutAsync(Consignment consignment, Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (Exception failure)
        {
            await SalvageAsync(consignment, [], failure);
            return false;
        }
    }
}
