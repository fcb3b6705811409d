namespace Namesake.Lab.Tests.Lab.UnderTest;

/// <summary>A source as the API tells it.</summary>
public sealed record SourceSeen(string Id, string Ehlo, string Verdict, HoldSeen? Hold, DateTimeOffset? GraceEnds, DateTimeOffset? LastProbe, IReadOnlyList<FindingSeen> Findings, IReadOnlyList<HoldSeen> LanesHeld);
