namespace Namesake.Core.Identity.Facts;

/// <summary>What happened when each source opened sessions outward: reachability, echoes, banners. For group EG.</summary>
public sealed record OutboundFacts;
