using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Pipeline.Gating;

namespace Namesake.Configuration;

public sealed record DeliverySettings
{
    public RetrySchedule Retry { get; init; } = new();

    public DeliveryTimeouts Timeouts { get; init; } = new();

    /// <summary>When a sender is told that mail is still waiting, once (RFC 3464, "delayed").</summary>
    /// <value>Default 4 hours. Range 1 minute to 30 days.</value>
    public TimeSpan DelayDsnAfter { get; init; } = TimeSpan.FromHours(4);

    /// <summary>How long mail waits after a permanent refusal of our identity, from acceptance.</summary>
    /// <value>Default 24 hours: the fault is ours and may be mended. Range 1 minute to 30 days.</value>
    public TimeSpan IdentityRefusalExpiry { get; init; } = TimeSpan.FromHours(24);
}
