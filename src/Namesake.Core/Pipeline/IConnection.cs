using System.IO.Pipelines;
using System.Net;
using System.Security.Authentication;

namespace Namesake.Core.Pipeline;

/// <summary>A duplex byte pipe to a peer, accepted or dialled. Pipes are replaced when TLS starts: read the properties again.</summary>
public interface IConnection : IAsyncDisposable
{
    PipeReader Input { get; }

    PipeWriter Output { get; }

    /// <summary>What getsockname says: the address really bound.</summary>
    IPEndPoint Local { get; }

    IPEndPoint Remote { get; }

    /// <summary>Null before TLS.</summary>
    TlsDetails? Tls { get; }

    /// <summary>Client side: wraps the pipes after the peer's 220 to STARTTLS. Throws <see cref="AuthenticationException"/> or <see cref="IOException"/>.</summary>
    /// <param name="serverName">SNI and, where <paramref name="verify"/>, the name the certificate must cover.</param>
    Task StartTlsAsClientAsync(string serverName, bool verify, CancellationToken cancellation);

    /// <summary>Server side: bytes already read but not consumed must be discarded by the caller first (STARTTLS injection).</summary>
    /// <param name="certificateFor">Chooses by SNI; null name when the client sent none. The certificate goes out with its intermediates.</param>
    Task StartTlsAsServerAsync(Func<string?, CertificateModel?> certificateFor, CancellationToken cancellation);

    /// <summary>Ends at once, unread and unsent bytes lost.</summary>
    void Abort();
}

/// <param name="Verified">"none" for opportunistic TLS without a valid chain, "opportunistic" where it happened to be valid, "required".</param>
public sealed record TlsDetails(string Version, string Cipher, string Verified);
