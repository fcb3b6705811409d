using Namesake.Core.Dns;

namespace Namesake.Demo;

/// <summary>Turns a fault into octets on the wire, or into silence.</summary>
internal static class DemoDnsFaults
{
    public static byte[]? Apply(DemoDnsFault fault, DemoDnsQuery query, bool overTcp, DemoDnsServer server)
    {
        var (zones, role, serial) = (server.Zones, server.Role, server.Zones.Serial);
        var reply = DemoDnsReply.To(zones, role, query.Name, query.Type);
        reply.Authenticated = server.Validates;
        var limit = overTcp ? ushort.MaxValue : query.Size;
        switch (fault)
        {
            case DemoDnsFault.Silent:
                return null;
            case DemoDnsFault.ServerFailure:
                return DemoDnsWire.Write(query, new DemoDnsReply { ResponseCode = 2 }, serial, limit);
            case DemoDnsFault.Refused:
                return DemoDnsWire.Write(query, new DemoDnsReply { ResponseCode = 5 }, serial, limit);
            case DemoDnsFault.Truncated:
                return DemoDnsWire.Write(query, reply, serial, limit, truncated: !overTcp);
            case DemoDnsFault.TruncatedAlways:
                return DemoDnsWire.Write(query, reply, serial, limit, truncated: true);
            case DemoDnsFault.Garbage:
                return [(byte)(query.Id >> 8), (byte)query.Id, 0x84, 0, 0, 1, 0, 9, 0, 0, 0, 0, 0xC0, 0xFF, 0xEE];
            case DemoDnsFault.Noise:
                return "HTTP/1.1 400 Bad Request"u8.ToArray();
            case DemoDnsFault.WrongId:
                return DemoDnsWire.Write(query with { Id = (ushort)~query.Id }, reply, serial, limit);
            case DemoDnsFault.WrongQuestion:
                var other = DemoDnsReply.To(zones, role, query.Name, RecordType.Txt);
                return DemoDnsWire.Write(query with { Question = [3, (byte)'x', (byte)'y', (byte)'z', 0, 0, 1, 0, 1] }, other, serial, limit);
            case DemoDnsFault.Lame:
                reply.Authoritative = false;
                return DemoDnsWire.Write(query, reply, serial, limit);
            case DemoDnsFault.NoEdns when query.Extended:
                return DemoDnsWire.Write(query with { Extended = false }, new DemoDnsReply { ResponseCode = 1 }, serial, limit);
            case DemoDnsFault.Invents when reply.ResponseCode == 3 && query.Type == RecordType.A:
                var invented = new DemoDnsReply { RecursionAvailable = true };
                invented.Answers.Add((query.Name, RecordType.A, new DemoRecordSet(TimeSpan.FromMinutes(5), ["198.51.100.80"], default)));
                return DemoDnsWire.Write(query, invented, serial, limit);
            default:
                return DemoDnsWire.Write(query, reply, serial, limit);
        }
    }
}
