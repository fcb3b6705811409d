using System.Net;

namespace Namesake.Core.Pipeline;

/// <summary>The port that opens connections from a given address. There is no overload without one: nothing lets the system choose.</summary>
public interface IDialer
{
    /// <summary>Binds to <paramref name="local"/> (IP_BIND_ADDRESS_NO_PORT where the system has it), then connects.</summary>
    Task<DialResult> DialAsync(IPAddress local, IPEndPoint remote, TimeSpan timeout, CancellationToken cancellation);
}

/// <param name="Connection">Set exactly when <paramref name="Failure"/> is <see cref="DialFailure.None"/>.</param>
public sealed record DialResult(IConnection? Connection, DialFailure Failure, string? Explanation);

public enum DialFailure
{
    None,

    /// <summary>The local address is not on this host (EADDRNOTAVAIL): the source is held, never replaced.</summary>
    AddressMissing,

    /// <summary>getsockname disagreed with what we asked for; the connection was closed.</summary>
    WrongLocalAddress,
    Refused,
    TimedOut,
    Unreachable,

    /// <summary>Our own limits: descriptors, ports, memory. Says nothing about the receiver.</summary>
    OutOfResources,
    Failed,
}
