namespace Namesake.Protocol.Dkim;

/// <summary>How a signature is made. rsa-sha1 is not among them: RFC 8301 §3.1 forbids it.</summary>
public enum DkimAlgorithm
{
    /// <summary><c>rsa-sha256</c>, which every receiver verifies. RFC 6376 §3.3.2</summary>
    RsaSha256,

    /// <summary><c>ed25519-sha256</c>: short keys and signatures, but not every receiver knows it; it goes beside an RSA signature, not instead of one. RFC 8463</summary>
    Ed25519Sha256,
}
