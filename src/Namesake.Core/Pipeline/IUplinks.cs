using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Pipeline;

/// <summary>The port to the node's ways out: which there are for a source, and how to try one that isn't in use.</summary>
public interface IUplinks
{
    /// <summary>Every way that packets of this source may take, in the order in which they would be tried; empty where that can't be told.</summary>
    ImmutableArray<WayOut> WaysOf(IPAddress local);

    /// <summary>Opens connections by this way alone, whatever the routing prefers; null where the system has no such thing.</summary>
    IDialer? Through(WayOut way);
}
