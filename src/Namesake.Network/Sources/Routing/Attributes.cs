using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Namesake.Network.Sources.Routing;

/// <summary>The attributes behind a netlink message's fixed part: length, type, value, padded to four octets. RFC 3549 §2.2</summary>
internal readonly ref struct Attributes(ReadOnlySpan<byte> octets)
{
    private const int TypeMask = 0x3FFF; // the two high bits are flags

    private readonly ReadOnlySpan<byte> _octets = octets;

    /// <summary>Empty when it isn't there.</summary>
    public ReadOnlySpan<byte> Find(int type)
    {
        for (var rest = _octets; rest.Length >= 4;)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            if (length < 4 || length > rest.Length)
                return default;
            if ((BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]) & TypeMask) == type)
                return rest[4..length];
            rest = rest[Math.Min(rest.Length, (length + 3) & ~3)..];
        }
        return default;
    }

    public bool Has(int type) => !Find(type).IsEmpty;

    public uint? Number(int type) => Find(type) is { Length: >= 4 } value ? BinaryPrimitives.ReadUInt32LittleEndian(value) : null;

    public IPAddress? Address(int type) => Find(type) is { Length: 4 or 16 } value ? new IPAddress(value) : null;

    public string Text(int type) => Encoding.UTF8.GetString(Find(type)).TrimEnd('\0');
}
