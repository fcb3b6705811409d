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

    /// <summary>The reply could not be understood.</summary>
    Malformed,

    /// <summary>No server could be reached (refused connection, no route).</summary>
    Unreachable,

    /// <summary>The reply was cut short: over TCP as well, or over UDP where nothing else was asked.</summary>
    Truncated,
}

public static class DnsOutcomeWords
{
    /// <summary>What the server did, to stand behind its name: "did not answer".</summary>
    public static string Words(this DnsOutcome outcome) => outcome switch
    {
        DnsOutcome.TimedOut => "did not answer",
        DnsOutcome.ServerFailure => "failed (SERVFAIL)",
        DnsOutcome.Refused => "refused to answer",
        DnsOutcome.Lame => "does not serve the zone it is delegated (lame)",
        DnsOutcome.Malformed => "answered unintelligibly",
        DnsOutcome.Unreachable => "could not be reached",
        DnsOutcome.Truncated => "cut its answer short",
        _ => "answered",
    };
}
