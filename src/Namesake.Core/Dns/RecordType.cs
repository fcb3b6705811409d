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
