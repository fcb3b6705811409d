using System.Net;

namespace Namesake.Core.Identity.Facts;

/// <summary>What answers on the source's own public address: banner, certificate, whether it relays. For group TL.</summary>
public sealed record InboundFacts
{
    public required IPEndPoint At { get; init; }

    public required InboundReach Reach { get; init; }

    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>Why nothing could be read, or where reading ended, in words; empty when all was.</summary>
    public string Trouble { get; init; } = "";

    /// <summary>Our end of the connection; null when there was none. A server may trust it more than a stranger's.</summary>
    public IPAddress? AskedFrom { get; init; }

    /// <summary>The greeting, whole, on one line. Hostile text without control characters; null when there was none.</summary>
    public string? Greeting { get; init; }

    /// <summary>The host name the greeting begins with; null when it begins with none.</summary>
    public string? GreetingName { get; init; }

    /// <summary>The host name the answer to EHLO begins with; null when it begins with none.</summary>
    public string? EhloName { get; init; }

    public bool OffersStartTls { get; init; }

    /// <summary>The certificate for a client that asks for the source's EHLO name (SNI); null when TLS was not started.</summary>
    public TlsSight? Asked { get; init; }

    /// <summary>The certificate for a client that names no server, as many mail servers don't; null when TLS was not started.</summary>
    public TlsSight? Unasked { get; init; }

    /// <summary>Whether it takes mail for strangers to strangers; null when that was not tried.</summary>
    public RelayTrial? Relay { get; init; }

    /// <summary>Null when DNS was not asked about it.</summary>
    public DaneFacts? Dane { get; init; }
}

public enum InboundReach
{
    /// <summary>It greeted and answered EHLO.</summary>
    Answers,

    /// <summary>Nothing listens, or what listens says that it takes no mail: a definite answer.</summary>
    TakesNoMail,

    /// <summary>A time-out, a filter, no route, or talk that is no SMTP: nobody can tell.</summary>
    Unclear,
}

/// <summary>What STARTTLS led to.</summary>
/// <param name="Certificate">Null when the handshake failed.</param>
/// <param name="Trouble">Why it failed; empty when it didn't.</param>
/// <param name="Definite">The server itself ended the handshake; false for a broken connection or a time-out.</param>
public sealed record TlsSight(CertificateSight? Certificate, string Trouble, bool Definite);
