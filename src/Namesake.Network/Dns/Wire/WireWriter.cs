using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Namesake.Network.Dns.Wire;

/// <summary>Writes one DNS message. Names are never compressed: a pointer to the same name in another case would change what a server keeps.</summary>
internal sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> _octets = new(512);

    public ReadOnlySpan<byte> Written => _octets.WrittenSpan;

    public int Length => _octets.WrittenCount;

    public WireWriter UInt16(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_octets.GetSpan(2), (ushort)value);
        _octets.Advance(2);
        return this;
    }

    public WireWriter UInt32(long value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_octets.GetSpan(4), (uint)value);
        _octets.Advance(4);
        return this;
    }

    public WireWriter Bytes(ReadOnlySpan<byte> octets)
    {
        _octets.Write(octets);
        return this;
    }

    /// <param name="name">As <see cref="WireReader.NameAsSent"/> gives it, with or without a last dot; the root is "" or ".".</param>
    /// <exception cref="FormatException">It is no name.</exception>
    public WireWriter Name(string name)
    {
        Span<byte> label = stackalloc byte[63];
        var (at, total) = (0, 1);
        while (at < name.Length && name != ".")
        {
            var length = 0;
            for (; at < name.Length && name[at] != '.'; at++)
            {
                if (length == label.Length)
                    throw new FormatException($"a label of \"{name}\" is longer than 63 octets");
                label[length++] = Octet(name, ref at);
            }

            total += length + 1;
            if (length == 0 || total > 255)
                throw new FormatException(length == 0 ? $"\"{name}\" has an empty label" : $"\"{name}\" is longer than 255 octets");
            Bytes([(byte)length]).Bytes(label[..length]);
            at++; // the dot
        }

        return Bytes([0]);
    }

    /// <param name="write">Writes the data; its length is put before it.</param>
    public WireWriter Record(string owner, int type, int recordClass, long ttl, Action<WireWriter>? write = null)
    {
        Name(owner).UInt16(type).UInt16(recordClass).UInt32(ttl);
        if (write is null)
            return UInt16(0);
        var data = new WireWriter();
        write(data);
        return UInt16(data.Length).Bytes(data.Written);
    }

    public WireWriter Address(IPAddress address) => Bytes(address.GetAddressBytes());

    // "\." and "\\" for themselves, "\DDD" for an octet: RFC 1035 §5.1.
    private static byte Octet(string name, ref int at)
    {
        if (name[at] != '\\')
            return name[at] < 128 ? (byte)name[at] : throw new FormatException($"'{name[at]}' in \"{name}\" is no octet");
        if (at + 3 < name.Length && char.IsAsciiDigit(name[at + 1]) && byte.TryParse(name.AsSpan(at + 1, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var octet))
        {
            at += 3;
            return octet;
        }

        if (at + 1 >= name.Length || char.IsAsciiDigit(name[at + 1]))
            throw new FormatException($"\"{name}\" has an escape that leads to nothing");
        return Encoding.ASCII.GetBytes([name[++at]])[0];
    }
}
