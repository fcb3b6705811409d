namespace Namesake.PolicyService;

/// <summary>What one service may cost, whoever asks.</summary>
public sealed record PolicyLimits
{
    /// <summary>Connections at once; more are closed at once. Default 1,000: a Postfix has 100 SMTP servers unless told otherwise, each with one connection to us.</summary>
    public int Connections { get; init; } = 1000;

    /// <summary>How long a connection may wait for its next request. Default 15 minutes: Postfix itself closes after 300 s of idling and after 1,000 s in all, and is to be first.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a request that has begun may take to arrive, and a reply to be taken. Default 20 s.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a client is looked up before the answer is unknown. Default 25 s, well within Postfix's patience of 100 s.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Clients looked up at once; more wait, within <see cref="Look"/>. Default 200.</summary>
    public int Looks { get; init; } = 200;

    /// <summary>Names looked up at once for one IPv4 address or IPv6 /64; further ones are unknown. Default 10: nobody keeps the others waiting with names that don't answer.</summary>
    public int LooksPerClient { get; init; } = 10;

    /// <summary>Clients remembered. Default 20,000, about 40 MB at the most.</summary>
    public int Remembered { get; init; } = 20_000;

    /// <summary>How long requests under way may go on when the service stops. Default 5 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);
}
