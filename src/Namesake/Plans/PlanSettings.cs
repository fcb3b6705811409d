using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;

namespace Namesake.Plans;

/// <summary>What the configuration says of plans.</summary>
public sealed record PlanSettings
{
    public PlanTimes Times { get; init; } = new();

    public PlanLimits Limits { get; init; } = new();
}
