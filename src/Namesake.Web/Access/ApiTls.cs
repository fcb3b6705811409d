using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Authentication;
using Namesake.Core.Pipeline;

namespace Namesake.Web.Access;

/// <summary>TLS beyond loopback: with the certificate of the name asked for, as the configuration has it now, so that a renewed one is used without a restart.</summary>
internal static class ApiTls
{
    /// <exception cref="AuthenticationException">The last certificate was taken out of the configuration: the handshake fails, and nothing is said in clear.</exception>
    public static SslServerAuthenticationOptions For(ImmutableArray<CertificateModel> certificates, string? name)
    {
        if (certificates.IsEmpty)
            throw new AuthenticationException("The configuration has no certificate any more.");
        var chosen = certificates.FirstOrDefault(certificate => name is not null && certificate.Names.Any(pattern => HostCheck.Matches(pattern, name))) ?? certificates[0];
        return new SslServerAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ServerCertificateContext = SslStreamCertificateContext.Create(chosen.Certificate, [.. chosen.Intermediates], offline: true),
        };
    }
}
