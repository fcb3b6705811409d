using System.Buffers.Binary;
using System.Text;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns.Wire;

/// <summary>What a message asks or repeats.</summary>
internal sealed record WireQuestion(string Name, int Type, int Class)
{
    private const ushort UdpSize = 1232; // fits every path without fragments: DNS flag day 2020

    public WireQuestion(DomainName name, RecordType type)
        : this(name.Value, (int)type, 1)
    {
    }

    /// <summary>The octets of a query.</summary>
    /// <param name="extended">With EDNS; servers of the last century answer FORMERR to it.</param>
    /// <remarks>AD in a query asks a validating resolver to report its finding without sending signatures: RFC 6840 §5.7.</remarks>
    public byte[] ToQuery(ushort id, DnsManner manner, bool extended)
    {
        var query = new byte[12 + Name.Length + 2 + 4 + (extended ? 11 : 0)];
        var span = query.AsSpan();
        BinaryPrimitives.WriteUInt16BigEndian(span, id);
        BinaryPrimitives.WriteUInt16BigEndian(span[2..], (ushort)(0x0020 | (manner.Recursion ? 0x0100 : 0) | (manner.CheckingDisabled ? 0x0010 : 0)));
        BinaryPrimitives.WriteUInt16BigEndian(span[4..], 1);
        BinaryPrimitives.WriteUInt16BigEndian(span[10..], extended ? (ushort)1 : (ushort)0);
        var at = 12;
        foreach (var label in Name.Split('.'))
        {
            span[at] = (byte)label.Length;
            at += 1 + Encoding.ASCII.GetBytes(label, span[(at + 1)..]);
        }
        at++; // the root
        BinaryPrimitives.WriteUInt16BigEndian(span[at..], (ushort)Type);
        BinaryPrimitives.WriteUInt16BigEndian(span[(at + 2)..], (ushort)Class);
        if (extended)
        {
            // root, OPT, our UDP size, version 0, no flags but DO, no options: RFC 6891 §6.1.2
            BinaryPrimitives.WriteUInt16BigEndian(span[(at + 5)..], 41);
            BinaryPrimitives.WriteUInt16BigEndian(span[(at + 7)..], UdpSize);
            if (manner.Signatures)
                BinaryPrimitives.WriteUInt16BigEndian(span[(at + 11)..], 0x8000);
        }
        return query;
    }
}
