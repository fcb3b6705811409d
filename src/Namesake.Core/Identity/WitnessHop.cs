using System.Net;
using System.Net.Sockets;
using Namesake.Core.Dns;
using Namesake.Core.Receivers;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity;

/// <summary>Where a witness is asked.</summary>
internal static class WitnessHop
{
    /// <param name="host">A name or an address.</param>
    /// <returns>Null when it has no address of that family, or DNS doesn't say.</returns>
    public static async Task<NextHop?> FindAsync(IDnsLookup dns, string host, int port, AddressFamily family, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var literal))
            return literal.AddressFamily == family ? new NextHop(host, literal, port, 0) : null;
        if (!DomainName.TryParse(host, out var name, out _))
            return null;
        var answer = await dns.AskAsync(name, family.RecordType(), cancellation);
        return answer.Addresses.FirstOrDefault() is { } address ? new NextHop(host, address, port, 0) : null;
    }
}
