namespace Namesake.Core.Identity;

/// <summary>How a receiver's EHLO reply called us.</summary>
/// <param name="Name">The PTR name it found, or our EHLO name; null when it gave none.</param>
/// <param name="MayBeForged">It says that the PTR name doesn't lead back to our address.</param>
/// <param name="LacksName">It left the place of the name empty: it found no PTR record.</param>
public sealed record NameNote(string Site, string Host, string? Name, bool MayBeForged, bool LacksName, DateTimeOffset At);
