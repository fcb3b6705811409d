using Namesake.Core.Dns;

namespace Namesake.Demo;

/// <summary>A reply in the making: what goes where, before it is octets.</summary>
internal sealed class DemoDnsReply
{
    private const int MaxAliases = 16;

    public int ResponseCode { get; set; }
    public bool Authoritative { get; set; }
    public bool Authenticated { get; set; }
    public bool RecursionAvailable { get; set; }
    public List<(string Owner, RecordType Type, DemoRecordSet Set)> Answers { get; } = [];
    public List<(string Owner, RecordType Type, DemoRecordSet Set)> Authorities { get; } = [];

    /// <summary>RFC 1034 §4.3.2 without wildcards.</summary>
    public static DemoDnsReply To(DemoZones zones, DemoDnsRole role, string name, RecordType type)
    {
        var reply = new DemoDnsReply { Authoritative = role == DemoDnsRole.Authoritative, RecursionAvailable = role == DemoDnsRole.Resolver };
        var at = name;
        string? first = null;
        for (var step = 0; step < MaxAliases; step++)
        {
            var zone = zones.ZoneOf(at);
            first ??= zone ?? "";
            if (zone is null)
                return reply.Outside(role, step);
            if (role == DemoDnsRole.Authoritative && zone != first)
                return reply; // another zone's business, even if we hold it too
            if (role == DemoDnsRole.Authoritative && Cut(zones, zone, at, type) is { } cut)
                return reply.Refer(zones, cut, step);
            if (zones.Find(at, type) is { } set)
            {
                reply.Answers.Add((at, type, set));
                return reply;
            }
            if (zones.Find(at, RecordType.CName) is not { } alias)
                return reply.Absent(zones, zone, at);
            reply.Answers.Add((at, RecordType.CName, alias));
            at = alias.Values[0].TrimEnd('.').ToLowerInvariant();
        }
        reply.ResponseCode = 2; // a loop
        return reply;
    }

    private DemoDnsReply Absent(DemoZones zones, string zone, string name)
    {
        ResponseCode = zones.Exists(name) ? 0 : 3;
        Authorities.Add((zone, RecordType.Soa, zones.Find(zone, RecordType.Soa)!));
        return this;
    }

    private DemoDnsReply Outside(DemoDnsRole role, int step)
    {
        if (role == DemoDnsRole.Resolver)
        {
            ResponseCode = 3;
            Authorities.Add(("", RecordType.Soa, new DemoRecordSet(TimeSpan.FromMinutes(5), ["."], TimeSpan.FromMinutes(5))));
        }
        else if (step == 0)
        {
            Authoritative = false;
            ResponseCode = 5;
        }
        return this;
    }

    private DemoDnsReply Refer(DemoZones zones, string cut, int step)
    {
        Authoritative = step > 0;
        Authorities.Add((cut, RecordType.NS, zones.Find(cut, RecordType.NS)!));
        return this;
    }

    /// <summary>A delegation between the zone's apex and the name, to a zone this set does not hold.</summary>
    private static string? Cut(DemoZones zones, string zone, string name, RecordType type) =>
        DemoZones.NamesUpwards(name).TakeWhile(at => at != zone).LastOrDefault(at => zones.Find(at, RecordType.NS) is not null);
}
