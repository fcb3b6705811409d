using Namesake.Core.Sources;

namespace Namesake.Core.Identity.Leases;

/// <summary>Who may send from a source, by the database that relays share. Times are the database's.</summary>
/// <param name="Node">The holder's name.</param>
/// <param name="IsOurs">This process holds it. Another process of the same node is another holder: one that was cut off may still be sending.</param>
/// <param name="Token">Raised by one whenever the holder changes: what an older holder did can be told from what the present one does.</param>
/// <param name="Since">When the holder took it.</param>
/// <param name="Until">When others may take it unless it is renewed.</param>
public sealed record SourceLease(SourceId Source, string Node, bool IsOurs, long Token, DateTimeOffset Since, DateTimeOffset Until);
