using System.Collections.Immutable;
using Namesake.Core.Dns;

namespace Namesake.Demo;

/// <summary>Zones in memory, changed while servers answer from them. Several servers may share one set, or hold different ones and so disagree.</summary>
public sealed class DemoZones
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Name, RecordType Type), DemoRecordSet> _sets = [];
    private ImmutableHashSet<string> _apexes = [];
    private uint _serial = 1;

    /// <summary>Makes the zone known with its SOA and NS records.</summary>
    /// <param name="servers">Host names; their addresses are ordinary records.</param>
    public void AddZone(string apex, params string[] servers) => AddZone(apex, TimeSpan.FromMinutes(5), servers);

    /// <param name="negativeTtl">The SOA minimum: how long an absence may be remembered (RFC 2308).</param>
    public void AddZone(string apex, TimeSpan negativeTtl, params string[] servers)
    {
        lock (_gate)
        {
            _apexes = _apexes.Add(Key(apex));
            var primary = servers.Length > 0 ? servers[0] : $"ns.{apex}";
            _sets[(Key(apex), RecordType.Soa)] = new(TimeSpan.FromMinutes(5), [primary], negativeTtl);
            if (servers.Length > 0)
                _sets[(Key(apex), RecordType.NS)] = new(TimeSpan.FromMinutes(5), [.. servers], default);
        }
    }

    public void RemoveZone(string apex)
    {
        lock (_gate)
            _apexes = _apexes.Remove(Key(apex));
    }

    /// <summary>Replaces all records of a name and type. A TTL of 5 minutes.</summary>
    /// <param name="values">As in a zone file: "192.0.2.1", "mail.example", "10 mail.example", "0 ." (null MX), a text.</param>
    public void SetRecord(string name, RecordType type, params string[] values) => SetRecord(name, type, TimeSpan.FromMinutes(5), values);

    /// <exception cref="FormatException">A value does not fit the type.</exception>
    public void SetRecord(string name, RecordType type, TimeSpan ttl, params string[] values)
    {
        DemoDnsWire.Check(type, values);
        lock (_gate)
        {
            _serial++;
            _sets[(Key(name), type)] = new(ttl, [.. values], default);
        }
    }

    public void RemoveRecord(string name, RecordType type)
    {
        lock (_gate)
        {
            _serial++;
            _sets.Remove((Key(name), type));
        }
    }

    internal IReadOnlyCollection<string> Apexes
    {
        get
        {
            lock (_gate)
                return _apexes;
        }
    }

    internal uint Serial
    {
        get
        {
            lock (_gate)
                return _serial;
        }
    }

    internal DemoRecordSet? Find(string name, RecordType type)
    {
        lock (_gate)
            return _sets.GetValueOrDefault((name, type));
    }

    /// <summary>Whether anything stands at the name or below it: an empty non-terminal exists. RFC 8020</summary>
    internal bool Exists(string name)
    {
        lock (_gate)
            return _sets.Keys.Any(key => key.Name == name || key.Name.EndsWith('.' + name, StringComparison.Ordinal));
    }

    /// <summary>The longest zone that covers the name.</summary>
    internal string? ZoneOf(string name)
    {
        lock (_gate)
            return NamesUpwards(name).FirstOrDefault(_apexes.Contains);
    }

    internal static IEnumerable<string> NamesUpwards(string name)
    {
        for (var at = name; ; at = at[(at.IndexOf('.', StringComparison.Ordinal) + 1)..])
        {
            yield return at;
            if (!at.Contains('.', StringComparison.Ordinal))
                yield break;
        }
    }

    private static string Key(string name) => name.TrimEnd('.').ToLowerInvariant();
}

/// <param name="NegativeTtl">Of a SOA only.</param>
internal sealed record DemoRecordSet(TimeSpan Ttl, ImmutableArray<string> Values, TimeSpan NegativeTtl);
