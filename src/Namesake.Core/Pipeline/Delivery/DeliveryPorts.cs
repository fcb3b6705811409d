using Namesake.Core.Identity;

namespace Namesake.Core.Pipeline.Delivery;

/// <summary>What every delivery session needs, together.</summary>
internal sealed record DeliveryPorts(IDialer Dialer, ISourceStandings Standings, Fence Fence, DeliveryTimeouts Timeouts, TimeProvider Time, OutputSamples? Outputs = null);
