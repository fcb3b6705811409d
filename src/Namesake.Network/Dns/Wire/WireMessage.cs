using System.Collections.Immutable;
using System.Text;
using Namesake.Core.Dns;

namespace Namesake.Network.Dns.Wire;

/// <summary>A reply, understood. Types we don't ask for are skipped.</summary>
internal sealed record WireMessage
{
    /// <summary>More records than this in one reply are an attack or an accident; no zone we read comes near.</summary>
    private const int MaxRecords = 2000;

    /// <summary>A signature over a set of records: RFC 4034 §3.</summary>
    public const int SignatureType = 46;

    private const int OptType = 41;
    private const int InternetClass = 1;

    public required ushort Id { get; init; }
    public required bool IsReply { get; init; }
    public required bool Authoritative { get; init; }
    public required bool Truncated { get; init; }
    public required bool Authenticated { get; init; }

    /// <summary>RA: the server would ask others for us.</summary>
    public required bool OffersRecursion { get; init; }

    /// <summary>With the upper bits of EDNS: RFC 6891 §6.1.3.</summary>
    public required int ResponseCode { get; init; }

    /// <summary>Whether the server speaks EDNS.</summary>
    public required bool HasOpt { get; init; }

    public required WireQuestion? Question { get; init; }
    public required ImmutableArray<WireRecord> Answers { get; init; }
    public required ImmutableArray<WireRecord> Authorities { get; init; }
    public required ImmutableArray<WireRecord> Additionals { get; init; }

    /// <exception cref="FormatException">The octets are no DNS message; the text says where it breaks.</exception>
    public static WireMessage Parse(ReadOnlySpan<byte> octets)
    {
        var reader = new WireReader(octets);
        var id = reader.UInt16();
        var flags = reader.UInt16();
        var (questions, answers, authorities, additionals) = (reader.UInt16(), reader.UInt16(), reader.UInt16(), reader.UInt16());
        if (questions > 1)
            throw new FormatException("the message has several questions"); // RFC 9619
        if (answers + authorities + additionals > MaxRecords)
            throw new FormatException($"the message claims more than {MaxRecords} records");
        var question = questions == 0 ? null : new WireQuestion(reader.Name(), reader.UInt16(), reader.UInt16());
        var extended = 0;
        var hasOpt = false;
        // A truncated message may end anywhere; it is asked again over TCP, its records don't matter.
        var truncated = (flags & 0x0200) != 0;
        var answerRecords = truncated ? [] : Section(ref reader, answers, ref extended, ref hasOpt);
        var authorityRecords = truncated ? [] : Section(ref reader, authorities, ref extended, ref hasOpt);
        var additionalRecords = truncated ? [] : Section(ref reader, additionals, ref extended, ref hasOpt);
        return new WireMessage
        {
            Id = id,
            IsReply = (flags & 0x8000) != 0,
            Authoritative = (flags & 0x0400) != 0,
            Truncated = truncated,
            Authenticated = (flags & 0x0020) != 0,
            OffersRecursion = (flags & 0x0080) != 0,
            ResponseCode = (flags & 0x000F) | extended,
            HasOpt = hasOpt,
            Question = question,
            Answers = answerRecords,
            Authorities = authorityRecords,
            Additionals = additionalRecords,
        };
    }

    private static ImmutableArray<WireRecord> Section(ref WireReader reader, int count, ref int extended, ref bool hasOpt)
    {
        var records = ImmutableArray.CreateBuilder<WireRecord>();
        for (var i = 0; i < count; i++)
        {
            var owner = reader.Name();
            var type = reader.UInt16();
            var recordClass = reader.UInt16();
            var ttl = reader.UInt32();
            var end = reader.UInt16() + reader.Position;
            if (type == OptType)
            {
                hasOpt = true;
                extended = (int)(ttl >> 24) << 4;
            }
            else if (recordClass == InternetClass && Data(ref reader, owner, type, Lifetime(ttl), end) is { } record)
            {
                if (reader.Position != end)
                    throw new FormatException("a record's data is longer than it says or shorter than it should be");
                records.Add(record);
            }
            if (end < reader.Position)
                throw new FormatException("a record ends before its data");
            reader.Bytes(end - reader.Position);
        }
        return records.DrainToImmutable();
    }

    private static WireRecord? Data(ref WireReader reader, string owner, int type, TimeSpan ttl, int end)
    {
        if (type == SignatureType)
            return Signature(ref reader, owner, ttl, end);
        switch ((RecordType)type)
        {
            case RecordType.A:
                return new WireRecord(owner, type, ttl, Address: reader.Address(4));
            case RecordType.Aaaa:
                return new WireRecord(owner, type, ttl, Address: reader.Address(16));
            case RecordType.NS or RecordType.CName or RecordType.Ptr:
                return new WireRecord(owner, type, ttl, reader.Name());
            case RecordType.MX:
                var preference = reader.UInt16();
                return new WireRecord(owner, type, ttl, reader.Name(), Number: preference);
            case RecordType.Soa:
                var primary = reader.Name();
                reader.Name(); // the mailbox
                var serial = reader.UInt32();
                reader.Bytes(12); // refresh, retry, expire
                return new WireRecord(owner, type, ttl, primary, Number: serial, Minimum: Lifetime(reader.UInt32()));
            case RecordType.Txt:
                return new WireRecord(owner, type, ttl, Text: Strings(ref reader, end));
            case RecordType.Tlsa: // RFC 6698 §2.1
                return end - reader.Position < 4
                    ? throw new FormatException("a TLSA record has nothing to compare")
                    : new WireRecord(owner, type, ttl, Octets: [.. reader.Bytes(end - reader.Position)]);
            default:
                return null;
        }
    }

    /// <summary>Only what it covers and when it is valid; who signed, and the signature itself, are the resolver's business.</summary>
    private static WireRecord Signature(ref WireReader reader, string owner, TimeSpan ttl, int end)
    {
        var covered = reader.UInt16();
        reader.Bytes(6); // algorithm, labels, original TTL
        var (to, from) = (reader.UInt32(), reader.UInt32());
        if (end > reader.Position)
            reader.Bytes(end - reader.Position);
        return new WireRecord(owner, SignatureType, ttl, Number: covered, ValidFrom: from, ValidTo: to);
    }

    /// <summary>The strings of a TXT record joined without anything between them, as SPF and DKIM want: RFC 7208 §3.3.</summary>
    private static string Strings(ref WireReader reader, int end)
    {
        var text = new StringBuilder();
        while (reader.Position < end)
            text.Append(Encoding.UTF8.GetString(reader.Bytes(reader.Byte())));
        return text.ToString();
    }

    /// <summary>A TTL with the highest bit set is zero: RFC 2181 §8.</summary>
    private static TimeSpan Lifetime(uint seconds) => seconds > int.MaxValue ? TimeSpan.Zero : TimeSpan.FromSeconds(seconds);
}
