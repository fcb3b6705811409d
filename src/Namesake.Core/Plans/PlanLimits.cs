namespace Namesake.Core.Plans;

/// <summary>How much one plan may change. Absolute numbers: percentages don't protect a small zone.</summary>
/// <param name="Changes">Records changed or made; mappings changed or made. Default 64, as many as a /26 has addresses.</param>
/// <param name="Removals">Records removed, or mappings. Default 8.</param>
/// <param name="PerZone">Changes in one zone. Default 64.</param>
public sealed record PlanLimits(int Changes = 64, int Removals = 8, int PerZone = 64);
