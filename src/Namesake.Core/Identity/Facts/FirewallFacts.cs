namespace Namesake.Core.Identity.Facts;

/// <summary>The rules that translate on this node. For group EG.</summary>
public sealed record FirewallFacts;
