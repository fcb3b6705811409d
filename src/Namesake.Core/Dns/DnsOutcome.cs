namespace Namesake.Core.Dns;

/// <summary>How one question ended. Only the first three are definite; everything else is unknown, never "misaligned".</summary>
public enum DnsOutcome
{
    /// <summary>Records of the asked type.</summary>
    Answer,

    /// <summary>The name exists, the type doesn't (RFC 2308 §2.2).</summary>
    NoData,

    /// <summary>NXDOMAIN (RFC 2308 §2.1).</summary>
    NameError,
    TimedOut,
    ServerFailure,
    Refused,

    /// <summary>A server that should know says it doesn't: a referral or a non-authoritative answer from a delegated server.</summary>
    Lame,

    /// <summary>The reply could not be understood, or was truncated over TCP as well.</summary>
    Malformed,

    /// <summary>No server could be reached (refused connection, no route).</summary>
    Unreachable,
}
