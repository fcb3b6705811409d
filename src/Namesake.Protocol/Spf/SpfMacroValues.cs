using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Namesake.Protocol.Spf;

/// <summary>What macros become. RFC 7208 §7.2</summary>
public sealed record SpfMacroValues
{
    /// <summary><c>l</c>: of the sender; postmaster where it has none.</summary>
    public required string LocalPart { get; init; }

    /// <summary><c>o</c>: the sender's domain, the same in all included policies.</summary>
    public required string SenderDomain { get; init; }

    /// <summary><c>d</c>: the domain whose policy is being evaluated.</summary>
    public required string Domain { get; init; }

    /// <summary><c>i</c>, <c>c</c> and <c>v</c>.</summary>
    public required IPAddress Client { get; init; }

    /// <summary><c>h</c>: as said in HELO or EHLO.</summary>
    public required string Helo { get; init; }

    /// <summary><c>p</c>: a name of the client that leads back to it, or "unknown".</summary>
    public string ValidatedName { get; init; } = "unknown";

    /// <summary><c>r</c>: who checks.</summary>
    public string Receiver { get; init; } = "unknown";

    /// <summary><c>t</c>.</summary>
    public DateTimeOffset At { get; init; }

    internal string Of(char letter) => letter switch
    {
        's' => $"{LocalPart}@{SenderDomain}",
        'l' => LocalPart,
        'o' => SenderDomain,
        'd' => Domain,
        'i' => Dotted(Client),
        'p' => ValidatedName,
        'v' => Client.AddressFamily == AddressFamily.InterNetwork ? "in-addr" : "ip6",
        'h' => Helo,
        'c' => Client.ToString(),
        'r' => Receiver,
        't' => At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        _ => "",
    };

    /// <summary>IPv6 as its 32 nibbles. RFC 7208 §7.3</summary>
    private static string Dotted(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.ToString()
        : string.Join('.', Convert.ToHexStringLower(address.GetAddressBytes()).ToCharArray());
}
