using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Namesake.Core.Dns;

namespace Namesake.Demo;

/// <summary>Octets in and out, written apart from the resolver's reader on purpose: a shared mistake would never show.</summary>
internal static class DemoDnsWire
{
    /// <summary>Null for anything that is no query with one question.</summary>
    public static DemoDnsQuery? ReadQuery(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < 17 || (octets[2] & 0xF8) != 0 || BinaryPrimitives.ReadUInt16BigEndian(octets[4..]) != 1)
            return null;
        var name = new StringBuilder();
        var at = 12;
        while (at < octets.Length && octets[at] != 0)
        {
            int length = octets[at];
            if (length > 63 || at + 1 + length >= octets.Length || name.Length + length > 254)
                return null;
            name.Append(name.Length == 0 ? "" : ".").Append(Encoding.Latin1.GetString(octets.Slice(at + 1, length)));
            at += length + 1;
        }
        if (at + 5 > octets.Length)
            return null;
        var type = BinaryPrimitives.ReadUInt16BigEndian(octets[(at + 1)..]);
        var question = octets[12..(at + 5)].ToArray();
        // An OPT record straight after the question, as every client we know sends it.
        var opt = octets[(at + 5)..];
        var extended = opt.Length >= 11 && opt[0] == 0 && BinaryPrimitives.ReadUInt16BigEndian(opt[1..]) == 41;
        var size = extended ? Math.Clamp(BinaryPrimitives.ReadUInt16BigEndian(opt[3..]), (ushort)512, (ushort)1232) : 512;
        return new DemoDnsQuery(BinaryPrimitives.ReadUInt16BigEndian(octets), octets[2], question, name.ToString().ToLowerInvariant(), (RecordType)type, extended, size);
    }

    /// <summary>The whole reply; the header alone with TC where it is longer than <paramref name="limit"/>.</summary>
    public static byte[] Write(DemoDnsQuery query, DemoDnsReply reply, uint serial, int limit, bool truncated = false)
    {
        using var stream = new MemoryStream();
        Put16(stream, query.Id);
        stream.WriteByte((byte)(0x80 | (query.Flags & 0x01) | (reply.Authoritative ? 0x04 : 0) | (truncated ? 0x02 : 0)));
        stream.WriteByte((byte)((reply.RecursionAvailable ? 0x80 : 0) | (reply.Authenticated ? 0x20 : 0) | reply.ResponseCode));
        Put16(stream, 1);
        Put16(stream, truncated ? 0 : reply.Answers.Sum(each => each.Set.Values.Length));
        Put16(stream, truncated ? 0 : reply.Authorities.Sum(each => each.Set.Values.Length));
        Put16(stream, query.Extended ? 1 : 0);
        stream.Write(query.Question);
        if (!truncated)
            foreach (var (owner, type, set) in reply.Answers.Concat(reply.Authorities))
                foreach (var value in set.Values)
                    PutRecord(stream, owner, type, set, value, serial);
        if (query.Extended)
            stream.Write([0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0]);
        return stream.Length > limit && !truncated ? Write(query, reply, serial, limit, truncated: true) : stream.ToArray();
    }

    /// <exception cref="FormatException">A value cannot be written as this type.</exception>
    public static void Check(RecordType type, IEnumerable<string> values)
    {
        using var data = new MemoryStream();
        foreach (var value in values)
            PutData(data, type, new DemoRecordSet(default, [], default), value, 0);
    }

    private static void PutRecord(MemoryStream stream, string owner, RecordType type, DemoRecordSet set, string value, uint serial)
    {
        using var data = new MemoryStream();
        PutData(data, type, set, value, serial);
        PutName(stream, owner);
        Put16(stream, (int)type);
        Put16(stream, 1);
        Put32(stream, (uint)set.Ttl.TotalSeconds);
        Put16(stream, (int)data.Length);
        data.WriteTo(stream);
    }

    private static void PutData(MemoryStream data, RecordType type, DemoRecordSet set, string value, uint serial)
    {
        switch (type)
        {
            case RecordType.A or RecordType.Aaaa:
                var address = IPAddress.Parse(value);
                if (address.AddressFamily != (type == RecordType.A ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6))
                    throw new FormatException($"{value} is of the other family");
                data.Write(address.GetAddressBytes());
                break;
            case RecordType.MX:
                var parts = value.Split(' ');
                if (parts.Length != 2)
                    throw new FormatException($"\"{value}\" is no preference and host");
                Put16(data, int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture));
                PutName(data, parts[1]);
                break;
            case RecordType.Txt:
                foreach (var chunk in Encoding.UTF8.GetBytes(value).Chunk(255))
                {
                    data.WriteByte((byte)chunk.Length);
                    data.Write(chunk);
                }
                break;
            case RecordType.Soa:
                PutName(data, value);
                PutName(data, "hostmaster." + value);
                Put32(data, serial);
                Put32(data, 3600);
                Put32(data, 600);
                Put32(data, 86400);
                Put32(data, (uint)set.NegativeTtl.TotalSeconds);
                break;
            default:
                PutName(data, value);
                break;
        }
    }

    private static void PutName(MemoryStream stream, string name)
    {
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (label.Length > 63)
                throw new FormatException($"the label {label} is too long");
            stream.WriteByte((byte)label.Length);
            stream.Write(Encoding.Latin1.GetBytes(label));
        }
        stream.WriteByte(0);
    }

    private static void Put16(MemoryStream stream, int value)
    {
        stream.WriteByte((byte)(value >> 8));
        stream.WriteByte((byte)value);
    }

    private static void Put32(MemoryStream stream, uint value)
    {
        Put16(stream, (int)(value >> 16));
        Put16(stream, (int)(value & 0xFFFF));
    }
}

/// <param name="Question">Its octets, sent back as they came.</param>
/// <param name="Size">Largest UDP reply the client takes.</param>
internal sealed record DemoDnsQuery(ushort Id, byte Flags, byte[] Question, string Name, RecordType Type, bool Extended, int Size);
