using System.Net;

namespace Namesake.Lab.Tests.Lab.Names;

/// <summary>Names in the reverse tree, written independently of the product's own code so that the lab can contradict it.</summary>
public static class Reverse
{
    public static string NameOf(IPAddress address)
    {
        var bytes = address.GetAddressBytes().Reverse();
        return bytes.Count() == 4
            ? $"{string.Join('.', bytes)}.in-addr.arpa"
            : $"{string.Join('.', bytes.Select(b => $"{b & 15:x}.{b >> 4:x}"))}.ip6.arpa";
    }
}
