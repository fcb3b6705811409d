namespace Namesake.Core.Identity.Facts;

/// <summary>What receivers answered and reported. For group FB.</summary>
public sealed record FeedbackFacts;
