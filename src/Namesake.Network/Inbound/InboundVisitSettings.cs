using System.Security.Cryptography.X509Certificates;

namespace Namesake.Network.Inbound;

/// <summary>How long and how much a visited server may talk.</summary>
public sealed record InboundVisitSettings
{
    /// <summary>Longest wait for a connection, one reply, one TLS handshake. Default 20 s: tarpits and slow greeters take 10; a probe is no delivery, which would wait 5 minutes (RFC 5321 §4.5.3.2).</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Longest whole visit, all connections together. Default 90 s.</summary>
    public TimeSpan Whole { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Octets one connection may send us. Default 128 KiB; a talkative server needs five.</summary>
    public int MostOctets { get; init; } = 128 * 1024;

    /// <summary>Certificates that a chain must end in; null: those the system trusts.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }
}
