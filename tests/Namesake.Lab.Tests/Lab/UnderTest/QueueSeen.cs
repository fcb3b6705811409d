namespace Namesake.Lab.Tests.Lab.UnderTest;

/// <summary>What waits for one brand, source and recipient domain, as the API tells it.</summary>
public sealed record QueueSeen(string Brand, string Source, string Domain, string State, long Waiting, HoldSeen? Hold);
