namespace Namesake.Storage;

/// <summary>How a connection to the server is protected.</summary>
public enum PostgresTls
{
    /// <summary>TLS, and the server's certificate must be valid for its name.</summary>
    Verify,

    /// <summary>TLS with any certificate: keeps out who only listens.</summary>
    Require,

    /// <summary>In clear.</summary>
    Off,
}
