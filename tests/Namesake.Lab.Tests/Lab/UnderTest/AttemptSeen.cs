namespace Namesake.Lab.Tests.Lab.UnderTest;

/// <summary>One attempt's event, as the API tells it.</summary>
public sealed record AttemptSeen(string Outcome, int Delivered, string? Local, string? ObservedPublic, string Ehlo, string Explanation);
