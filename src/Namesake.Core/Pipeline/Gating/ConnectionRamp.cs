namespace Namesake.Core.Pipeline.Gating;

/// <summary>How many connections a lane may have while nobody knows yet what the receiver bears: few at first, one more with each message it takes, one after it asked for rest.</summary>
/// <remarks>Postfix begins with 5 too (initial_destination_concurrency) and adds one connection for every full round of successes; here each success adds one, so the width doubles with each
/// round, as TCP's slow start does, because the site's own limit ends it and not the receiver's suffering. Postfix takes one away for a failure and calls the site dead at none; here
/// trouble of the site is a rest, and what follows it begins with one connection. Safe for several threads.</remarks>
public sealed class ConnectionRamp
{
    /// <summary>Of a lane nothing is known of: Postfix's, in use since 1998.</summary>
    public const int First = 5;

    /// <summary>Wider than any configured limit: counting ends here.</summary>
    public const int Widest = 10_000;

    private int _width = First;

    public int Width => Volatile.Read(ref _width);

    public void Succeeded()
    {
        if (Volatile.Read(ref _width) < Widest)
            Interlocked.Increment(ref _width);
    }

    /// <summary>The receiver asked for less.</summary>
    public void BeginAnew() => Volatile.Write(ref _width, 1);
}
