namespace Namesake.Core.Pipeline;

// Its own life.
public sealed partial class Dispatcher
{
    /// <summary>For settlements under way when everything else has been cut off.</summary>
    private static readonly TimeSpan AfterAbort = TimeSpan.FromSeconds(5);

    /// <summary>Runs until <see cref="StopAsync"/>.</summary>
    public async Task RunAsync()
    {
        var due = FillAsync();
        var lanes = TendLanesAsync();
        var lives = EndLivesAsync();
        var moves = MoveAsync();
        await Task.WhenAll(due, lanes, lives, moves);
    }

    /// <summary>Takes no more, lets sessions finish what they carry, gives the rest back to the spool.</summary>
    public async Task StopAsync()
    {
        using var patience = new CancellationTokenSource(_options.Drain, _time); // It runs from the moment of the request.
        await _stopping.CancelAsync();
        foreach (var lane in _gate.Lanes)
        {
            lane.Close();
            GiveBack(lane.Clear(endParked: true), _time.GetUtcNow());
        }

        await DrainAsync(patience.Token);
        // What still hangs is cut off and gives back what it carries. After that only a spool that doesn't answer can keep anything.
        await _aborting.CancelAsync();
        using var settling = new CancellationTokenSource(AfterAbort, _time);
        await DrainAsync(settling.Token);
    }

    private async Task DrainAsync(CancellationToken patience)
    {
        if (InMemory == 0)
            return;
        try
        {
            await _drained.Task.WaitAsync(patience);
        }
        catch (OperationCanceledException)
        {
            // Everything is in the spool.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested)
            await StopAsync();
        _standings.Changed -= StandingChanged;
        _submitters.Changed -= SubmitterChanged;
        _metrics.Dispose();
        _dueSignal.Dispose();
        _replanSignal.Dispose();
        _stopping.Dispose();
        _aborting.Dispose();
    }
}
