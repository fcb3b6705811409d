using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Namesake.Network.Sockets;

/// <summary>Judges the certificate of the server we dialled. Opportunistic TLS takes any (RFC 7435 §3) and remembers whether it would have held.</summary>
internal sealed class PeerCertificate(bool required)
{
    private bool _valid;

    public string Verdict => required ? "required" : _valid ? "opportunistic" : "none";

    public SslClientAuthenticationOptions OptionsFor(string serverName, X509Certificate2Collection? trustedRoots)
    {
        var chain = new X509ChainPolicy
        {
            // A certificate must not be able to make us fetch a URL of its choice (SSRF), nor hold up a delivery for a revocation list.
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        if (trustedRoots is not null)
        {
            chain.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.CustomTrustStore.AddRange(trustedRoots);
        }
        return new SslClientAuthenticationOptions
        {
            TargetHost = serverName,
            EnabledSslProtocols = ServerTls.Versions,
            CertificateChainPolicy = chain,
            AllowRenegotiation = false,
            RemoteCertificateValidationCallback = (_, _, _, errors) =>
            {
                _valid = errors == SslPolicyErrors.None;
                return _valid || !required;
            },
        };
    }
}
