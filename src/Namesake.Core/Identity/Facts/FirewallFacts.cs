using System.Collections.Immutable;
using System.Net;

namespace Namesake.Core.Identity.Facts;

/// <summary>The rules that translate on this node, and the connections they have translated. For group EG.</summary>
/// <param name="Nat">Null: the rules can't be read.</param>
/// <param name="Connections">Live connections of this source to port 25; null: the table can't be read.</param>
/// <param name="Trouble">What couldn't be read and why, for a person; null when everything could.</param>
public sealed record FirewallFacts(NatRules? Nat, ImmutableArray<LiveConnection>? Connections, string? Trouble);

/// <summary>A connection to port 25 as the kernel's connection table knows it.</summary>
/// <param name="Local">The address it was made from.</param>
/// <param name="Outside">The address its answers come to: what the other side sees, as far as this node translates.</param>
/// <param name="IsClosing">It was live, and the kernel remembers it for some minutes more.</param>
public sealed record LiveConnection(IPAddress Local, IPAddress Remote, IPAddress Outside, bool IsClosing = false);
