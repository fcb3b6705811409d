namespace Namesake.Network.Dns.Survey;

/// <summary>How long one look may take: its end is no failure, what is missing then was simply not asked.</summary>
internal sealed class SurveyTime : IDisposable
{
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _caller;

    public SurveyTime(TimeSpan longest, TimeProvider clock, CancellationToken caller)
    {
        _caller = caller;
        _limit = new CancellationTokenSource(longest, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, caller);
    }

    public CancellationToken Token => _either.Token;

    /// <summary>The time ended it, and nobody called it off.</summary>
    public bool IsOver => _limit.IsCancellationRequested && !_caller.IsCancellationRequested;

    public void Dispose()
    {
        _either.Dispose();
        _limit.Dispose();
    }
}
