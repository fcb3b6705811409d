namespace Namesake.Lab.Tests.Lab.UnderTest;

/// <summary>A message in the spool, as the API tells it.</summary>
public sealed record MessageSeen(string Id, string Brand, string Sender, string State, string Source, string Domain, int Attempts, string? LastReply, HoldSeen? Hold);
