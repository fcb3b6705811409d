namespace Namesake.Core.Dns;

/// <summary>What validation makes of a name (RFC 4035 §4.3, in our words).</summary>
public enum DnssecState
{
    /// <summary>No resolver that validates was asked.</summary>
    Unvalidated,

    /// <summary>A validating resolver gave no definite answer, or two of them differ.</summary>
    Unknown,

    /// <summary>Answered, and not signed along the whole way.</summary>
    Insecure,

    /// <summary>Signed and valid: AD.</summary>
    Secure,

    /// <summary>SERVFAIL with validation, an answer without, and SERVFAIL again.</summary>
    Bogus,
}
