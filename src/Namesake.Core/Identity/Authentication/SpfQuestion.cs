using System.Net;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Authentication;

/// <summary>What SPF is asked: may this address send for that domain? RFC 7208 §4.1</summary>
/// <param name="Domain">Of the return path; for a null sender, and for the name itself, the EHLO name (RFC 7208 §2.3, §2.4).</param>
/// <param name="LocalPart">Of the return path; matters only to policies with macros.</param>
/// <param name="SenderDomain">Of the return path.</param>
/// <param name="Helo">As said; matters only to policies with macros.</param>
public sealed record SpfQuestion(IPAddress Address, DomainName Domain, string LocalPart, string SenderDomain, string Helo)
{
    /// <summary>About mail from that domain, said by that name.</summary>
    public static SpfQuestion ForReturnPath(IPAddress address, DomainName domain, HostName ehlo)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(ehlo);
        return new SpfQuestion(address, domain, "postmaster", domain.Value, ehlo.Value);
    }

    /// <summary>About the EHLO name itself.</summary>
    public static SpfQuestion ForEhlo(IPAddress address, HostName ehlo)
    {
        ArgumentNullException.ThrowIfNull(ehlo);
        return ForReturnPath(address, ehlo, ehlo);
    }
}
