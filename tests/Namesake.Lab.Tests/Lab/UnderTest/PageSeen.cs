namespace Namesake.Lab.Tests.Lab.UnderTest;

/// <summary>A part of a list, as the API gives it.</summary>
public sealed record PageSeen<T>(IReadOnlyList<T> Items, string? Next);
