using System.Net;
using System.Net.Sockets;

namespace Namesake.Core.Dns;

/// <summary>The record types the product asks for (RFC 1035, RFC 3596, RFC 6698), by their numbers on the wire.</summary>
public enum RecordType
{
    A = 1,
    NS = 2,
    CName = 5,
    Soa = 6,
    Ptr = 12,
    MX = 15,
    Txt = 16,
    Aaaa = 28,
    Tlsa = 52,
}

public static class RecordTypeWords
{
    /// <summary>As in a zone file: "AAAA".</summary>
    public static string Word(this RecordType type) => type.ToString().ToUpperInvariant();

    /// <summary>The type of the records that lead to such an address.</summary>
    public static RecordType RecordType(this IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.AddressFamily.RecordType();
    }

    /// <inheritdoc cref="RecordType(IPAddress)"/>
    public static RecordType RecordType(this AddressFamily family) => family == AddressFamily.InterNetwork ? Dns.RecordType.A : Dns.RecordType.Aaaa;
}
