namespace Namesake.Core.Identity.Probes;

/// <summary>What is looked at on the addresses mail leaves from.</summary>
public sealed record InboundOptions
{
    /// <summary>Default 25, where receivers' servers and tools look; another one serves tests and the lab.</summary>
    public int Port { get; init; } = 25;

    /// <summary>Default false: a trial leaves refusals in the server's log, so it is made on our own sources, or when asked for.</summary>
    public bool TryRelaying { get; init; }
}
