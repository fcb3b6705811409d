using System.Collections.Immutable;
using System.Net;

namespace Namesake.Core.Identity.Facts;

/// <summary>What happened when the source opened sessions outward: reachability, echoes, banners. For group EG.</summary>
/// <param name="Sessions">One for each target that has an address of the source's family; targets whose name DNS couldn't tell among them.</param>
/// <param name="Uplinks">What each other way out of the node showed; empty where there is one way only, or none could be tried.</param>
public sealed record OutboundFacts(ImmutableArray<OutboundSession> Sessions, ImmutableArray<UplinkSighting> Uplinks)
{
    public IEnumerable<OutboundSession> Answered => Sessions.Where(session => session.End == OutboundEnd.Answered);

    /// <summary>Sessions whose receiver said a public address of ours.</summary>
    public IEnumerable<OutboundSession> Echoes => Sessions.Where(session => session.Seen is not null);
}

/// <summary>One session from the source's bound address: EHLO and QUIT, no mail.</summary>
/// <param name="Host">As configured.</param>
/// <param name="Network">The /16 or /32 it stands in; empty when it wasn't reached by address. Two targets in one are one.</param>
public sealed record OutboundSession(string Host, string Network, int Port, OutboundEnd End)
{
    /// <summary>A responder of ours (<c>namesake reflect</c>): what it says is known beforehand.</summary>
    public bool IsReflector { get; init; }

    /// <summary>How it failed, in words; null when it answered.</summary>
    public string? Trouble { get; init; }

    /// <summary>The text behind 220, as far as it came. Hostile text.</summary>
    public string? Greeting { get; init; }

    /// <summary>The reply to EHLO wasn't 250: its code. Null when it was, or there was none.</summary>
    public int? EhloRefused { get; init; }

    /// <summary>First word of the answer to EHLO: what the server calls itself.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>The public address it said is ours; null: silent.</summary>
    public IPAddress? Seen { get; init; }

    /// <summary>Keywords of the answer to EHLO, upper case.</summary>
    public ImmutableArray<string> Keywords { get; init; } = [];

    /// <summary>The name a reflector heard us say; null where none said it.</summary>
    public string? Heard { get; init; }

    /// <summary>Whether another port of the same host was reached from the same source when this one wasn't; null: not tried.</summary>
    public bool? ControlReached { get; init; }

    public bool Offers(string keyword) => Keywords.Contains(keyword, StringComparer.Ordinal);
}

public enum OutboundEnd
{
    /// <summary>It greeted and answered EHLO, by whatever code.</summary>
    Answered,

    /// <summary>A positive no: the connection was reset.</summary>
    Refused,

    /// <summary>A router said so, or this node has no way there: it may be the network or a firewall.</summary>
    Unreachable,

    /// <summary>Nothing came back.</summary>
    Silent,

    /// <summary>The connection was made, but no SMTP came of it.</summary>
    Broken,

    /// <summary>It has no address of the source's family, or DNS didn't tell.</summary>
    NoAddress,

    /// <summary>Our own shortage, or the source can't be bound: says nothing about the way out.</summary>
    Ours,
}

/// <summary>What a reflector or witness saw when a session was sent through one of the node's other ways out.</summary>
/// <param name="Way">"eth1 via 192.0.2.1".</param>
/// <param name="Seen">The public address seen; null when nobody said.</param>
/// <param name="Dns">What DNS says of that address and the source's name, where it is another than the source's.</param>
/// <param name="Trouble">Why nothing was seen; null when something was.</param>
public sealed record UplinkSighting(string Way, IPAddress? Seen, DnsFacts? Dns, string? Trouble);
