namespace Namesake.Core.Identity.Facts;

/// <summary>What DNS lists and registries say of address and name. For group RP.</summary>
public sealed record ListingFacts;
