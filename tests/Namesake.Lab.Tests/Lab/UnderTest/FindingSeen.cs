namespace Namesake.Lab.Tests.Lab.UnderTest;

/// <summary>What a check has found, as the API tells it.</summary>
public sealed record FindingSeen(string Check, string Severity, string Seen);
