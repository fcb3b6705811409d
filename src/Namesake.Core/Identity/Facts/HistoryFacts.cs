using System.Collections.Immutable;
using System.Net;

namespace Namesake.Core.Identity.Facts;

/// <summary>What has changed within the last days, and what sessions said. For EH-08, EH-10, EH-13, EH-14 and PT-12.</summary>
/// <param name="At">Now: the end of every window.</param>
/// <param name="PointersSince">Since when the PTR names of the public address are watched without their beginning being forgotten; null: never seen.</param>
/// <param name="PointerChanges">Changes of the PTR names within <see cref="Window"/>, oldest first.</param>
/// <param name="OtherNames">Other names that were said from the public address within <see cref="Window"/>.</param>
/// <param name="FormerAddresses">Public addresses that bore the EHLO name within <see cref="Window"/> and are no longer declared by any source.</param>
/// <param name="Greeting">The newest session's greeting; null: none since the relay began.</param>
/// <param name="OwnNames">Receivers that bear our name: nothing was said to them.</param>
public sealed record HistoryFacts(
    DateTimeOffset At,
    DateTimeOffset? PointersSince,
    ImmutableArray<PointerChange> PointerChanges,
    ImmutableArray<FormerName> OtherNames,
    ImmutableArray<FormerAddress> FormerAddresses,
    Greeting? Greeting,
    ImmutableArray<OwnNameReceiver> OwnNames)
{
    /// <summary>How long a receiver remembers, as far as anybody knows: the window of every check on history.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(30);
}

/// <param name="From">The names before, sorted; empty: there were none.</param>
public sealed record PointerChange(DateTimeOffset At, string From, string To);

/// <param name="Until">When it was last said from there.</param>
public sealed record FormerName(string Name, string Source, DateTimeOffset Until);

public sealed record FormerAddress(IPAddress Address, DateTimeOffset Until);

/// <summary>What one session said of us.</summary>
/// <param name="Before">The name in the first EHLO.</param>
/// <param name="AfterTls">The name in the EHLO after STARTTLS; null: the session was not encrypted.</param>
public sealed record Greeting(string Receiver, string Before, string? AfterTls, DateTimeOffset At);

/// <param name="Receiver">The host that bears our EHLO name.</param>
public sealed record OwnNameReceiver(string Receiver, string Site, DateTimeOffset Since);
