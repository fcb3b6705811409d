using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Pipeline;
using Namesake.Network.Sockets;

namespace Namesake.Network.Sources;

/// <summary>The node's ways out, and sockets that take one of them whatever the routing prefers (SO_BINDTODEVICE, which needs no privilege since Linux 5.7).</summary>
public sealed class Uplinks(HostView view, SocketPipes pipes, TimeProvider clock) : IUplinks
{
    public ImmutableArray<WayOut> WaysOf(IPAddress local) => view.WaysOf(local);

    public IDialer? Through(WayOut way)
    {
        ArgumentNullException.ThrowIfNull(way);
        return OperatingSystem.IsLinux() ? new Dialer(pipes, clock, way.Device) : null;
    }
}
