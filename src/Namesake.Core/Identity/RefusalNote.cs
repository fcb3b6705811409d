namespace Namesake.Core.Identity;

/// <summary>A receiver refused us for our identity.</summary>
/// <param name="Answered">A look since then has shown whether it was right.</param>
public sealed record RefusalNote(string Site, string Reply, DateTimeOffset At, bool Answered);
