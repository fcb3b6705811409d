using System.Security.Cryptography.X509Certificates;

namespace Namesake.Network.Sockets;

/// <summary>Buffers and limits of every connection, accepted or dialled.</summary>
public sealed record SocketSettings
{
    /// <summary>Bytes received ahead of the reader before the socket is left alone (TCP then slows the peer); reading resumes at half.</summary>
    /// <value>Default 64 KiB: Kestrel's 1 MiB would let one peer pin a megabyte. At least 4 KiB.</value>
    public int ReadBuffer { get; init; } = 64 * 1024;

    /// <summary>Bytes written ahead of the socket before a flush waits; writing resumes at half.</summary>
    /// <value>Default 64 KiB (Kestrel's default). At least 4 KiB.</value>
    public int WriteBuffer { get; init; } = 64 * 1024;

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
