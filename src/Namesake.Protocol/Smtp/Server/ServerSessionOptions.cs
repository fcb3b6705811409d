using Namesake.Protocol.Addresses;

namespace Namesake.Protocol.Smtp.Server;

/// <summary>What a session offers and how much it bears. Everything a client may use is announced in EHLO and refused where it isn't.</summary>
public sealed record ServerSessionOptions
{
    /// <summary>The only name a session says: in the greeting, in EHLO, as home of <c>&lt;postmaster&gt;</c>.</summary>
    public required HostName ServerName { get; init; }

    /// <summary>Text behind the name in the first line of the answer to EHLO; null for none. Receivers of the demo and the reflector repeat the client's address here.</summary>
    public string? EhloText { get; init; }

    /// <summary>Largest message in octets, announced as SIZE. Default 50 MiB, what large receivers take today; RFC 5321 §4.5.3.1.7 asks for 64 KiB.</summary>
    public long MaxMessageBytes { get; init; } = 50 * 1024 * 1024;

    /// <summary>Most accepted recipients of one message; further ones get 452 4.5.3. Default 1,000; at least 100 by RFC 5321 §4.5.3.1.8.</summary>
    public int MaxRecipients { get; init; } = 1000;

    /// <summary>STARTTLS is offered while the connection isn't protected.</summary>
    public bool StartTlsAvailable { get; init; }

    /// <summary>The connection is protected from the start (port 465). RFC 8314 §3</summary>
    public bool ImplicitTls { get; init; }

    /// <summary>AUTH PLAIN and LOGIN are offered.</summary>
    public bool AuthAvailable { get; init; }

    /// <summary>AUTH only on a protected connection; 538 5.7.11 otherwise. Default true: RFC 4954 §4 forbids PLAIN without.</summary>
    public bool AuthRequiresTls { get; init; } = true;

    /// <summary>BDAT is offered. RFC 3030</summary>
    public bool Chunking { get; init; }

    /// <summary>RET, ENVID, NOTIFY and ORCPT are offered. RFC 3461</summary>
    public bool Dsn { get; init; }

    /// <summary>Commands that were wrong in form or order before 421; an accepted message clears the count. Default 20, as Postfix's hard limit.</summary>
    public int MaxErrors { get; init; } = 20;

    /// <summary>Unknown commands before 421; an accepted message clears the count. Default 5: mail clients send none.</summary>
    public int MaxUnknownCommands { get; init; } = 5;

    /// <summary>EHLO, NOOP, RSET, VRFY and HELP between two accepted messages before 421. Default 100, as Postfix's junk command limit.</summary>
    public int MaxIdleCommands { get; init; } = 100;

    /// <summary>Refused logins before 421. Default 3.</summary>
    public int MaxFailedLogins { get; init; } = 3;
}
