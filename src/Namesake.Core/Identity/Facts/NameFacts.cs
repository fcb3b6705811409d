namespace Namesake.Core.Identity.Facts;

/// <summary>What DNS says about the EHLO name and the PTR names beyond their addresses. For groups EH and PT.</summary>
public sealed record NameFacts;
