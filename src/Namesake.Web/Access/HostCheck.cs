using System.Net;
using Microsoft.AspNetCore.Http;

namespace Namesake.Web.Access;

/// <summary>Which names the API answers to. A page of a stranger whose name was pointed at 127.0.0.1 (DNS rebinding) comes with the stranger's name in Host and is turned away.</summary>
/// <param name="names">Names of the certificates now; they may change while we run.</param>
internal sealed class HostCheck(IPAddress listening, Func<IEnumerable<string>> names)
{
    public bool Passes(HttpRequest request)
    {
        var host = request.Host.Host;
        if (host.EndsWith('.'))
            host = host[..^1];
        // Addresses can't be pointed elsewhere by a stranger; still only those under which we listen.
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return IPAddress.IsLoopback(address) || address.Equals(listening) || (IsAny(listening) && address.Equals(request.HttpContext.Connection.LocalIpAddress));
        return Matches("localhost", host) || names().Any(name => Matches(name, host));
    }

    /// <param name="pattern">A host name, or "*." and a domain for one label more.</param>
    public static bool Matches(string pattern, string host) =>
        string.Equals(pattern, host, StringComparison.OrdinalIgnoreCase)
        || (pattern.StartsWith("*.", StringComparison.Ordinal) && host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
            && host.AsSpan(dot).Equals(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase));

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
