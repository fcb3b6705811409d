using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Namesake.Core.Pipeline;

namespace Namesake.Network.Sockets;

/// <summary>How we answer a TLS handshake: TLS 1.2 and later (RFC 8996), the certificate chosen by the name the client asks for.</summary>
internal static class ServerTls
{
    public const SslProtocols Versions = SslProtocols.Tls12 | SslProtocols.Tls13;

    // Building a context walks the chain: done once per certificate, and forgotten with it.
    private static readonly ConditionalWeakTable<X509Certificate2, SslStreamCertificateContext> Contexts = [];

    public static string NameOf(SslProtocols version) => version switch
    {
        SslProtocols.Tls12 => "TLSv1.2",
        SslProtocols.Tls13 => "TLSv1.3",
        _ => version.ToString(),
    };

    /// <summary>For SslStream: the state is the caller's choice of certificate by SNI.</summary>
    public static ValueTask<SslServerAuthenticationOptions> ChooseAsync(SslStream stream, SslClientHelloInfo hello, object? state, CancellationToken cancellation)
    {
        var certificateFor = (Func<string?, CertificateModel?>)state!;
        var name = string.IsNullOrEmpty(hello.ServerName) ? null : hello.ServerName;
        var certificate = certificateFor(name)
            ?? throw new AuthenticationException(name is null ? "No certificate is configured for clients that send no server name." : $"No certificate is configured for {name}.");
        return ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = ContextOf(certificate),
            EnabledSslProtocols = Versions,
            AllowRenegotiation = false,
            ClientCertificateRequired = false,
        });
    }

    /// <summary>Offline: no URL inside a certificate is fetched to complete its chain.</summary>
    private static SslStreamCertificateContext ContextOf(CertificateModel model) =>
        Contexts.GetValue(model.Certificate, leaf => SslStreamCertificateContext.Create(leaf, [.. model.Intermediates], offline: true));
}
