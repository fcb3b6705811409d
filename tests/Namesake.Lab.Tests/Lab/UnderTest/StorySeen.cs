namespace Namesake.Lab.Tests.Lab.UnderTest;

/// <summary>A message's story, as the API tells it.</summary>
public sealed record StorySeen(string Id, IReadOnlyList<AttemptSeen> Events);
