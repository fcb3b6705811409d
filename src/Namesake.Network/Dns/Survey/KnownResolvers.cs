using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns.Survey;

/// <summary>Who runs a resolver: two of one operator are one view. A name beside an address asks nobody anything.</summary>
internal static class KnownResolvers
{
    private static readonly FrozenDictionary<IPAddress, string> Operators = new Dictionary<string, string[]>
    {
        ["Google"] = ["8.8.8.8", "8.8.4.4", "2001:4860:4860::8888", "2001:4860:4860::8844"],
        ["Cloudflare"] = ["1.1.1.1", "1.0.0.1", "1.1.1.2", "1.0.0.2", "1.1.1.3", "1.0.0.3", "2606:4700:4700::1111", "2606:4700:4700::1001"],
        ["Quad9"] = ["9.9.9.9", "149.112.112.112", "9.9.9.10", "9.9.9.11", "2620:fe::fe", "2620:fe::9"],
        ["OpenDNS"] = ["208.67.222.222", "208.67.220.220", "2620:119:35::35", "2620:119:53::53"],
        ["DNS.WATCH"] = ["84.200.69.80", "84.200.70.40"],
        ["Yandex"] = ["77.88.8.8", "77.88.8.1"],
        ["Level 3"] = ["4.2.2.1", "4.2.2.2", "209.244.0.3", "209.244.0.4"],
    }.SelectMany(pair => pair.Value.Select(address => (IPAddress.Parse(address), pair.Key))).ToFrozenDictionary(pair => pair.Item1, pair => pair.Key);

    public static SurveyResolver Of(IPEndPoint endPoint, ImmutableArray<IPRange> treatAsPublic)
    {
        var address = endPoint.Address;
        return new(endPoint, Operators.GetValueOrDefault(address) ?? Network(address), SpecialAddresses.IsPublic(address) || treatAsPublic.Any(range => range.Contains(address)));
    }

    /// <summary>The smallest blocks that are routed by themselves: neighbours are taken for one operator's.</summary>
    private static string Network(IPAddress address)
    {
        var (octets, length) = (address.GetAddressBytes(), address.AddressFamily == AddressFamily.InterNetwork ? 3 : 6);
        octets.AsSpan(length).Clear();
        return $"{new IPAddress(octets)}/{8 * length}";
    }
}
