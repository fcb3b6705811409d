namespace Namesake.Lab.Tests.Lab.UnderTest;

/// <summary>What somebody should know of now, as the API tells it.</summary>
public sealed record StatusSeen(IReadOnlyList<AlarmSeen> Alarms);

/// <summary>One alarm of it.</summary>
public sealed record AlarmSeen(string Kind, string? Source, string Text);
