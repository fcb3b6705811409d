using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Pipeline.Gating;

namespace Namesake.Configuration;

/// <summary>What the file's section <c>delivery</c> says, in the records of the stages that read it.</summary>
public sealed record DeliverySettings
{
    public RetrySchedule Retry { get; init; } = new();

    public DeliveryTimeouts Timeouts { get; init; } = new();

    public DispatcherOptions Dispatcher { get; init; } = new();
}
