using System.Security.Cryptography.X509Certificates;

namespace Namesake.Network.Sockets;

/// <summary>Buffers and limits of every connection, accepted or dialled.</summary>
public sealed record SocketSettings
{
    /// <summary>Bytes asked of the socket at once. A connection that waits for its peer holds one such buffer; nothing is received ahead of the reader.</summary>
    /// <value>Default 4 KiB: 5,000 idle connections cost 20 MB. At least 1 KiB.</value>
    public int ReadBuffer { get; init; } = 4 * 1024;

    /// <summary>Bytes sent in one piece where more was written between two flushes. Held only while something is written and not yet sent.</summary>
    /// <value>Default 16 KiB, the largest TLS record. At least 1 KiB.</value>
    public int WriteBuffer { get; init; } = 16 * 1024;

    /// <summary>Longest time closing may take: sending what was written, and letting the peer read it before a reset destroys it.</summary>
    /// <value>Default 2 seconds, the lingering close of common servers. After it the connection is aborted.</value>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Connections that may wait to be accepted. Default 1024; the kernel clamps it to net.core.somaxconn.</summary>
    public int Backlog { get; init; } = 1024;

    /// <summary>Pause after accepting failed for want of descriptors or memory. Default 200 ms: soon enough for a client, rare enough for the CPU.</summary>
    public TimeSpan AcceptPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Certificates that a server's chain must end in; null: those the system trusts.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }
}
