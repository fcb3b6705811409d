namespace Namesake.Core.Identity.Facts;

/// <summary>What has changed within the last days: names, pointers, addresses seen. For EH-08, EH-13 and PT-12.</summary>
public sealed record HistoryFacts;
