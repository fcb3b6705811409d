using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity;

/// <summary>A DNS of a few records with two servers per zone, whose servers can fall silent, lag behind or fail one by one. For pure logic: real DNS is tested in Namesake.Network.</summary>
internal sealed class ScriptedDns(TimeProvider time) : IDnsLookup
{
    private readonly ConcurrentDictionary<(string Name, RecordType Type), ImmutableArray<string>> _records = new();
    private readonly ConcurrentDictionary<(string Name, RecordType Type), ImmutableArray<string>> _lagging = new();
    private readonly ConcurrentDictionary<string, DnsOutcome> _zoneTrouble = new();
    private readonly ConcurrentDictionary<string, string> _aliases = new();
    private readonly ConcurrentDictionary<(string Parent, RecordType Type), ImmutableArray<string>> _wildcards = new();
    private int _questions;

    /// <summary>Nobody answers: our resolver is dead, and with it the way to any server.</summary>
    public bool Dead { get; set; }

    /// <summary>Only the resolver can be asked, as behind a firewall that lets nothing else out.</summary>
    public bool ResolverOnly { get; set; }

    public bool ResolvingInDoubt { get; private set; }

    public TimeSpan Ttl { get; set; } = TimeSpan.FromHours(1);

    public int Questions => Volatile.Read(ref _questions);

    /// <summary>When set, questions wait for it: the test decides when DNS answers.</summary>
    public Func<DomainName, Task>? Before { get; set; }

    public void Set(string name, RecordType type, params string[] values) => _records[(name, type)] = [.. values];

    public void Remove(string name, RecordType type) => _records.TryRemove((name, type), out _);

    public void Identity(string address, string name)
    {
        var ip = IPAddress.Parse(address);
        Set(ReverseName.Of(ip).Value, RecordType.Ptr, name);
        var type = ip.AddressFamily == AddressFamily.InterNetwork ? RecordType.A : RecordType.Aaaa;
        Set(name, type, [.. _records.GetValueOrDefault((name, type), []).Append(address).Distinct()]);
    }

    public void Pointer(string address, params string[] names)
    {
        if (names.Length == 0)
            Remove(ReverseName.Of(IPAddress.Parse(address)).Value, RecordType.Ptr);
        else
            Set(ReverseName.Of(IPAddress.Parse(address)).Value, RecordType.Ptr, names);
    }

    /// <summary>A CNAME: whatever is asked of the name is answered for the target.</summary>
    public void Alias(string name, string target) => _aliases[name] = target;

    /// <summary>Every name right below, unless it has records of its own, has these.</summary>
    public void Wildcard(string parent, RecordType type, params string[] values) => _wildcards[(parent, type)] = [.. values];

    /// <summary>The second server of the zone still says this.</summary>
    public void Lag(string name, RecordType type, params string[] values) => _lagging[(name, type)] = [.. values];

    public void EndLag(string name, RecordType type) => _lagging.TryRemove((name, type), out _);

    public void Trouble(string zone, DnsOutcome outcome) => _zoneTrouble[zone] = outcome;

    public bool HasTrouble => !_zoneTrouble.IsEmpty;

    public void EndTrouble(string zone) => _zoneTrouble.TryRemove(zone, out _);

    public async Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _questions);
        if (Before is { } before)
            await before(name).WaitAsync(cancellation);
        var answer = Dead ? Answer(name, type, DnsOutcome.TimedOut, [], "resolver")
            : _zoneTrouble.ContainsKey(ZoneOf(name)) ? Answer(name, type, DnsOutcome.ServerFailure, [], "resolver")
            : Says(name, type, _records, "resolver");
        ResolvingInDoubt = !answer.IsDefinite && (Dead || ResolvingInDoubt);
        return answer;
    }

    /// <summary>What each resolver makes of what the zone's servers say; null: one that says the same.</summary>
    public Func<DnsAnswer, ImmutableArray<DnsAnswer>>? Resolvers { get; set; }

    public async Task<ImmutableArray<DnsAnswer>> AskEachAsync(DomainName name, RecordType type, CancellationToken cancellation)
    {
        var answer = await AskAsync(name, type, cancellation);
        return Resolvers?.Invoke(answer) ?? [answer];
    }

    public Task<DnsAnswer> AskFreshAsync(DomainName name, RecordType type, CancellationToken cancellation) => AskAsync(name, type, cancellation);

    public async Task<AuthoritativeAnswers> AskAuthoritativeAsync(DomainName name, RecordType type, CancellationToken cancellation)
    {
        if (Before is { } before)
            await before(name).WaitAsync(cancellation);
        if (Dead)
            return new AuthoritativeAnswers(null, [], "the zone's servers could not be found");
        var zone = DomainName.Parse(ZoneOf(name));
        if (ResolverOnly)
            return new AuthoritativeAnswers(zone, [Answer(name, type, DnsOutcome.TimedOut, [], "ns1"), Answer(name, type, DnsOutcome.TimedOut, [], "ns2")], null);
        if (_zoneTrouble.TryGetValue(zone.Value, out var trouble))
            return new AuthoritativeAnswers(zone, [Answer(name, type, trouble, [], "ns1"), Answer(name, type, trouble, [], "ns2")], null);
        return new AuthoritativeAnswers(zone, [Says(name, type, _records, "ns1"), Says(name, type, _lagging.ContainsKey((name.Value, type)) ? _lagging : _records, "ns2")], null);
    }

    /// <summary>Reverse zones of a /24 (or their /32 in IPv6), else the last two labels.</summary>
    public static string ZoneOf(DomainName name) => name.Value.EndsWith(".in-addr.arpa", StringComparison.Ordinal)
        ? string.Join('.', name.Labels.Skip(1))
        : name.Value.EndsWith(".ip6.arpa", StringComparison.Ordinal) ? string.Join('.', name.Labels.TakeLast(10)) : string.Join('.', name.Labels.TakeLast(2));

    private DnsAnswer Says(DomainName name, RecordType type, ConcurrentDictionary<(string Name, RecordType Type), ImmutableArray<string>> records, string server)
    {
        var (at, aliases) = (name, ImmutableArray<DomainName>.Empty);
        while (_aliases.TryGetValue(at.Value, out var target) && aliases.Length < 8)
            aliases = aliases.Add(at = DomainName.Parse(target));
        return Found(name, at, type, records, server) with { Aliases = aliases };
    }

    private DnsAnswer Found(DomainName asked, DomainName name, RecordType type, ConcurrentDictionary<(string Name, RecordType Type), ImmutableArray<string>> records, string server)
    {
        if (records.TryGetValue((name.Value, type), out var values) && values.Length > 0)
            return Answer(asked, type, DnsOutcome.Answer, [.. values.Select(value => Record(type, value))], server);
        var exists = records.Keys.Any(key => key.Name == name.Value && records[key].Length > 0);
        if (!exists && name.Parent is { } parent && _wildcards.TryGetValue((parent.Value, type), out var wild))
            return Answer(asked, type, DnsOutcome.Answer, [.. wild.Select(value => Record(type, value))], server);
        return Answer(asked, type, exists || (name.Parent is { } above && _wildcards.Keys.Any(key => key.Parent == above.Value)) ? DnsOutcome.NoData : DnsOutcome.NameError, [], server);
    }

    private DnsRecord Record(RecordType type, string value) => type switch
    {
        RecordType.Ptr => new PointerRecord(value, DomainName.TryParse(value, out var name, out _) ? name : null, Ttl),
        RecordType.MX => new MXRecord(10, value == "." ? null : DomainName.Parse(value), Ttl),
        _ => new AddressRecord(IPAddress.Parse(value), Ttl),
    };

    private DnsAnswer Answer(DomainName name, RecordType type, DnsOutcome outcome, ImmutableArray<DnsRecord> records, string server) =>
        new(name, type, outcome, records, [], outcome is DnsOutcome.Answer or DnsOutcome.NoData or DnsOutcome.NameError ? Ttl : TimeSpan.Zero, server != "resolver", false, server, time.GetUtcNow());
}
