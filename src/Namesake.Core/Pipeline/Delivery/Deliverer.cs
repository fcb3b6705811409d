using Namesake.Core.Identity;
using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline.Delivery;

/// <summary>Opens delivery sessions.</summary>
/// <param name="outputs">Takes samples of the headers that leave; null: nobody does.</param>
public sealed class Deliverer(IDialer dialer, ISourceStandings standings, Fence fence, DeliveryTimeouts timeouts, TimeProvider time, OutputSamples? outputs = null)
{
    private readonly DeliveryPorts _ports = new(dialer, standings, fence, timeouts, time, outputs);

    public DeliveryTimeouts Timeouts => timeouts;

    /// <summary>A session for this waybill's source and hosts. It connects with its first message.</summary>
    /// <param name="stop">Cuts the session off, whatever it waits for.</param>
    public DeliverySession Open(Waybill first, CancellationToken stop) => new(_ports, first, stop);
}
