using System.Security.Cryptography;

namespace Namesake.Tests.Configuration;

/// <summary>Key files as openssl writes them.</summary>
internal static class DkimKeys
{
    /// <summary>The published key of RFC 8463 appendix A.2.</summary>
    public const string Ed25519 = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";

    public static string Rsa(int bits = 2048)
    {
        using var rsa = RSA.Create(bits);
        return rsa.ExportPkcs8PrivateKeyPem();
    }
}
