using System.Net;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Probes;

/// <summary>The port to the registries of addresses (RDAP). Filled by Network.</summary>
public interface IRegistry
{
    /// <summary>Bounded in time and octets; never throws for what the registry does.</summary>
    Task<RegistryFacts> AskAsync(IPAddress address, CancellationToken cancellation);
}
