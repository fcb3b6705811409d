using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity;

/// <summary>The port that looks at a domain's web page for who operates it. Filled by Network, asked only where an operator wants it.</summary>
public interface IOperatorPageProbe
{
    Task<OperatorPage> LookAsync(DomainName domain, CancellationToken cancellation);
}
