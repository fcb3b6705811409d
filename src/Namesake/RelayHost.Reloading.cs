using Namesake.Configuration;
using Namesake.Web.Config;

namespace Namesake;

/// <summary>Reading the configuration again while mail flows: what can be changed is changed whole, what can't stays as it was and is named.</summary>
public sealed partial class RelayHost
{
    private readonly SemaphoreSlim _reloading = new(1, 1);
    private bool _ended;

    /// <summary>Reads the file again and applies it. Never throws: how it ended is in the log and in the answer.</summary>
    public async Task<ReloadOutcome> ReloadAsync(CancellationToken cancellation)
    {
        try
        {
            if (_configuration.File is not { } file)
                return Refuse("it was not read from a file");
            var reading = new ConfigurationReader().Read(file);
            foreach (var problem in reading.Problems)
                RelayLog.ReloadProblem(_log, problem.ToString());
            if (reading.Configuration is not { } next)
                return Refuse($"{file} can't be used: {string.Join("; ", reading.Problems.Where(problem => problem.IsError))}");
            var plan = await ReloadAsync(next, cancellation);
            return new ReloadOutcome(
                new ReloadView([.. plan.Live.Select(change => change.ToString())], [.. plan.NeedsRestart.Select(change => change.ToString())], [.. reading.Problems.Select(problem => problem.ToString())]), null);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or InvalidOperationException or OperationCanceledException)
        {
            return Refuse(trouble.Message);
        }
        catch (Exception bug)
        {
            RelayLog.ReloadFailed(_log, bug);
            return new ReloadOutcome(null, "a fault of the relay: its log has the details");
        }
    }

    /// <summary>Swaps the model the stages read, and the listeners. Connections go on; what they have decided stays decided.</summary>
    /// <exception cref="IOException">A listener can't be bound: nothing was changed.</exception>
    public async Task<ReloadPlan> ReloadAsync(NamesakeConfiguration next, CancellationToken cancellation)
    {
        await _reloading.WaitAsync(cancellation);
        try
        {
            if (_ended)
                throw new InvalidOperationException("the relay is stopping");
            var plan = ReloadPlan.Between(_configuration, next);
            await Submission.ListenAsync(plan.Effective.Relay.Listeners, () => Swap(plan.Effective), cancellation);
            foreach (var change in plan.Live)
                RelayLog.Applied(_log, change.ToString());
            foreach (var change in plan.NeedsRestart)
                RelayLog.NeedsRestart(_log, change.ToString());
            RelayLog.Reloaded(_log, _model.Brands.All.Length, _model.Sources.All.Length, plan.Live.Length, plan.NeedsRestart.Length);
            return plan;
        }
        finally
        {
            _reloading.Release();
        }
    }

    private void Swap(NamesakeConfiguration effective)
    {
        if (!effective.Relay.TreatAsPublic.IsEmpty && !effective.Relay.TreatAsPublic.SequenceEqual(_model.TreatAsPublic))
            RelayLog.TreatAsPublic(_log, string.Join(", ", effective.Relay.TreatAsPublic));
        _configuration = effective;
        // The identities first: a new name under the old one's proof, even for a moment, would be a name nobody has proven.
        Ledger.Reconfigure(IdentityOf(effective.Relay));
        _model = effective.Relay;
        _leases!.Reconfigured();
        Dispatcher.Replan();
    }

    private ReloadOutcome Refuse(string why)
    {
        RelayLog.ReloadRefused(_log, why);
        return new ReloadOutcome(null, $"nothing was changed: {why}");
    }

    /// <summary>False: they had been ended before.</summary>
    private async Task<bool> EndReloadsAsync()
    {
        await _reloading.WaitAsync();
        var first = !_ended;
        _ended = true;
        _reloading.Release();
        return first;
    }
}
