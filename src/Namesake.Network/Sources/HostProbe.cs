using Namesake.Core.Identity;
using Namesake.Core.Identity.Facts;

namespace Namesake.Network.Sources;

/// <summary>Looks at this node's interfaces and routes. Asks the kernel only; needs no privilege.</summary>
public sealed class HostProbe(HostView view) : IFactProbe
{
    public string Name => "interfaces and routes";

    public Task<Func<IdentityFacts, IdentityFacts>> LookAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(basis);
        var seen = view.Of(basis.Source.LocalAddress);
        return Task.FromResult<Func<IdentityFacts, IdentityFacts>>(facts => facts with { Host = seen });
    }
}
