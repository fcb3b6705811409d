namespace Namesake.Lab.Tests.Lab.Names;

/// <summary>One record: a full name without final dot, its type, and the data as in a zone file (names in it with final dot).</summary>
public sealed record LabRecord(string Name, string Type, string Data);
