namespace Namesake.Core.Pipeline.Gating;

/// <summary>A rate: tokens come evenly, and at most <see cref="Capacity"/> are kept. No timer: whoever asks says when it is, and hears how long to wait.</summary>
/// <remarks>Not safe for several threads. A moment before the last one counts as the last one: a clock that goes back gives nothing twice.</remarks>
/// <param name="perSecond">Above 0.</param>
/// <param name="capacity">At least 1, or nothing could ever be taken.</param>
/// <param name="begun">Full from here on.</param>
public sealed class TokenBucket(double perSecond, double capacity, TimeSpan begun)
{
    // Sums of doubles: a token that is due now may be a billionth short.
    private const double Dust = 1e-6;

    private double _tokens = capacity;
    private TimeSpan _last = begun;

    public double PerSecond { get; } = perSecond;

    public double Capacity { get; } = capacity;

    /// <summary>Whole tokens that could be taken.</summary>
    public int Available(TimeSpan moment)
    {
        Refill(moment);
        return (int)Math.Clamp(_tokens + Dust, 0, int.MaxValue);
    }

    /// <summary>Nobody who comes later could tell it from a new one.</summary>
    public bool IsFull(TimeSpan moment)
    {
        Refill(moment);
        return _tokens >= Capacity;
    }

    /// <param name="tokens">At least 1. With the first at hand all are given, the others as a debt: what needs more than is ever kept must not wait for ever.</param>
    /// <returns>Zero when they were taken; else how long until there is one.</returns>
    public TimeSpan Take(TimeSpan moment, int tokens = 1)
    {
        Refill(moment);
        if (_tokens + Dust < 1)
            return TimeSpan.FromSeconds((1 - _tokens) / PerSecond);
        _tokens = tokens == 1 ? Math.Max(0, _tokens - 1) : _tokens - tokens;
        return TimeSpan.Zero;
    }

    private void Refill(TimeSpan moment)
    {
        if (moment <= _last)
            return;
        _tokens = Math.Min(Capacity, _tokens + ((moment - _last).TotalSeconds * PerSecond));
        _last = moment;
    }
}
