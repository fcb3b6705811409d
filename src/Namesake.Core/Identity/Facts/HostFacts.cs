namespace Namesake.Core.Identity.Facts;

/// <summary>This node's interfaces, routes and what its kernel would choose. For groups EG and V6.</summary>
public sealed record HostFacts;
