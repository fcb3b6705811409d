namespace Namesake.Core.Pipeline.Gating;

/// <summary>How many connections there may be while nobody knows yet what the receiver bears: few at first, one more with each message it takes, fewer after it asked for rest.</summary>
/// <remarks>Postfix begins with 5 too (initial_destination_concurrency) and adds one connection for every full round of successes; here each success adds one, so the width doubles with each
/// round, as TCP's slow start does, because the site's own limit ends it and not the receiver's suffering. Postfix takes one away for a failure and calls the site dead at none; here
/// trouble of the site is a rest, and what follows it begins with one connection. Of all sources together half are left when one is asked for less: what one address has met need not be the
/// others' fault. Safe for several threads.</remarks>
/// <param name="first">Of a receiver nothing is known of.</param>
public sealed class ConnectionRamp(int first = ConnectionRamp.First)
{
    /// <summary>Of one lane: Postfix's, in use since 1998.</summary>
    public const int First = 5;

    /// <summary>Of all sources towards one site, beside the one that each may have: half of what Exim takes from everybody together by its default (smtp_accept_max, 20), a tenth of Postfix's
    /// (default_process_limit, 100).</summary>
    public const int FirstInAll = 10;

    /// <summary>Wider than any configured limit: counting ends here.</summary>
    public const int Widest = 100_000;

    private readonly int _first = first;
    private int _width = first;

    public int Width => Volatile.Read(ref _width);

    public void Succeeded()
    {
        if (Volatile.Read(ref _width) < Widest)
            Interlocked.Increment(ref _width);
    }

    /// <summary>The receiver asked for less.</summary>
    public void BeginAnew() => Volatile.Write(ref _width, 1);

    /// <summary>One of several asked for less: half of what they have is left, and never less than at first.</summary>
    public void HalveFrom(int taken) => Volatile.Write(ref _width, Math.Max(_first, Math.Min(Width, taken) / 2));
}
