using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Namesake.Network.Dns.Wire;

/// <summary>Reads one DNS message. Everything comes from strangers: each read is bounded by the message, each name by 255 octets and a pointer that must point back.</summary>
/// <remarks>Throws <see cref="FormatException"/> and nothing else.</remarks>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private const int MaxNameOctets = 255; // RFC 1035 §2.3.4

    private readonly ReadOnlySpan<byte> _message = message;

    public int Position { get; private set; }

    public readonly int Remaining => _message.Length - Position;

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > Remaining)
            throw new FormatException($"the message ends {count - Remaining} octets early");
        Position += count;
        return _message.Slice(Position - count, count);
    }

    public byte Byte() => Bytes(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Bytes(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Bytes(4));

    public IPAddress Address(int octets) => new(Bytes(octets));

    /// <summary>As it was sent, with its case.</summary>
    public string NameAsSent() => Name(keepCase: true);

    /// <summary>Lower case, without the last dot, "" for the root. Octets that are no letters of names are written as \DDD, dots inside labels as "\.": RFC 1035 §5.1.</summary>
    public string Name() => Name(keepCase: false);

    private string Name(bool keepCase)
    {
        var text = new StringBuilder(64);
        var octets = 1;
        var at = Position;
        var end = -1; // where reading goes on after the first pointer
        while (true)
        {
            var length = At(at);
            if ((length & 0xC0) == 0xC0) // a pointer: RFC 1035 §4.1.4
            {
                var target = ((length & 0x3F) << 8) | At(at + 1);
                if (end < 0)
                    end = at + 2;
                // Only backwards: going round again needs labels, and those are bounded.
                if (target >= at)
                    throw new FormatException("a compression pointer does not point back");
                at = target;
                continue;
            }
            if (length > 63)
                throw new FormatException("a label has an unknown type");
            at++;
            if (length == 0)
                break;
            octets += length + 1;
            if (octets > MaxNameOctets)
                throw new FormatException("a name is longer than 255 octets");
            if (text.Length > 0)
                text.Append('.');
            for (var i = 0; i < length; i++)
                AppendOctet(text, At(at + i), keepCase);
            at += length;
        }
        Position = end < 0 ? at : end;
        return text.ToString();
    }

    private readonly byte At(int index) =>
        index < _message.Length ? _message[index] : throw new FormatException("a name runs past the message");

    private static void AppendOctet(StringBuilder text, byte octet, bool keepCase)
    {
        switch (octet)
        {
            case (byte)'.' or (byte)'\\':
                text.Append('\\').Append((char)octet);
                break;
            case > 32 and < 127:
                text.Append(keepCase ? (char)octet : char.ToLowerInvariant((char)octet));
                break;
            default:
                text.Append('\\').Append(octet.ToString("000", System.Globalization.CultureInfo.InvariantCulture));
                break;
        }
    }
}
