using System.Net;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns.Planning;

/// <summary>The PTR record a provider gives an address when nobody has set one: "static.{1}.{2}.{3}.{4}.clients.host.example" with the parts of the address, or "*.clients.host.example".</summary>
public static class DefaultPointer
{
    /// <param name="pattern">Literal but for <c>{1}</c> to <c>{4}</c>, the octets of an IPv4 address from the left, and a leading <c>*</c> for anything.</param>
    /// <param name="target">With or without the dot at the end.</param>
    public static bool Matches(string pattern, string target, IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(address);
        var expected = pattern.TrimEnd('.');
        if (address.GetAddressBytes() is [var a, var b, var c, var d])
            expected = expected.Replace("{1}", $"{a}", StringComparison.Ordinal).Replace("{2}", $"{b}", StringComparison.Ordinal)
                .Replace("{3}", $"{c}", StringComparison.Ordinal).Replace("{4}", $"{d}", StringComparison.Ordinal);
        else
            expected = expected.Replace("{address}", ReverseName.Of(address).Value, StringComparison.Ordinal);
        var said = target.TrimEnd('.');
        return expected.StartsWith('*')
            ? said.EndsWith(expected[1..], StringComparison.OrdinalIgnoreCase) && said.Length > expected.Length - 1
            : said.Equals(expected, StringComparison.OrdinalIgnoreCase);
    }
}
