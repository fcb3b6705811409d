namespace Namesake.Lab.Tests.Lab.UnderTest;

/// <summary>Why something may not leave, as the API tells it.</summary>
public sealed record HoldSeen(string Source, string? Site, string Check, string Reason, string Seen, string Expected, string Text);
