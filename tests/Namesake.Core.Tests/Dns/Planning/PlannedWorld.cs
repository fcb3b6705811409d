using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Namesake.Core.Dns;
using Namesake.Core.Dns.Planning;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;
using Namesake.Core.Sources;
using Namesake.Core.Tests.Identity.Zones;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Dns.Planning;

/// <summary>Zones that hold records and CNAMEs, seen as a survey sees them, changed as a provider changes them.</summary>
internal sealed class PlannedWorld
{
    public static readonly DateTimeOffset Now = Recorded.At;
    private readonly SortedDictionary<string, RecordSet> _sets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);
    private PlanRegistry _registry = PlanRegistry.Empty;

    /// <summary>Zones that exist and are delegated.</summary>
    public HashSet<string> Zones { get; } = ["acme.example", "brave.example", "113.0.203.in-addr.arpa", "in-addr.arpa", "example"];

    public List<DnsProviderTraits> Providers { get; } = [Provider("bind", "acme.example", "brave.example", "113.0.203.in-addr.arpa")];

    public PlanLimits Limits { get; set; } = new();

    public List<WantedIdentity> Wanted { get; } = [];

    public List<WantedIdentity> Leaving { get; } = [];

    public List<(string Name, string Address)> Others { get; } = [];

    /// <summary>What a look at a name is turned into; null: as it is.</summary>
    public Func<SeenRecords, SeenRecords>? Look { get; set; }

    public static DnsProviderTraits Provider(string id, params string[] zones) =>
        new() { Id = id, Name = $"provider {id}", Zones = [.. zones.Select(Recorded.Name)], IsAtomic = true, MostPerWrite = 100 };

    public PlannedWorld Want(string address, string name, string? source = null)
    {
        Wanted.Add(Identity(address, name, source));
        return this;
    }

    public static WantedIdentity Identity(string address, string name, string? source = null) =>
        new(new SourceId(source ?? address), IPAddress.Parse(address), IPAddress.Parse(address), HostName.TryParse(name, out var host, out var error) ? host : throw new FormatException(error));

    public PlannedWorld Set(string name, RecordType type, params string[] values)
    {
        _sets[Key(name, type)] = RecordSet.Of(1800, values);
        return this;
    }

    public PlannedWorld Alias(string name, string target)
    {
        _aliases[name] = target;
        return this;
    }

    public string? Get(string name, RecordType type) => _sets.GetValueOrDefault(Key(name, type))?.ToString();

    /// <summary>Everything there is, for comparing.</summary>
    public string Content => string.Join('\n', _sets.Select(set => $"{set.Key} {set.Value}").Concat(Zones.Order(StringComparer.Ordinal)));

    public Plan Plan()
    {
        var names = Wanted.Concat(Leaving).SelectMany(identity => new[] { (ReverseName.Of(identity.Public).Value, RecordType.Ptr), (identity.Ehlo.Value, Family(identity.Public)) }).Distinct();
        return DnsPlanner.Make(new DnsPlanRequest
        {
            Id = PlanId.New(PlanKind.Dns, Now, 7),
            Node = "relay1",
            Now = Now,
            Wanted = [.. Wanted],
            Leaving = [.. Leaving],
            Seen = [.. names.Select(name => See(name.Item1, name.Item2)).Select(seen => Look?.Invoke(seen) ?? seen)],
            Providers = [.. Providers],
            Owned = (name, type) => _registry.Records.FirstOrDefault(record => record.Name == name && record.Type == type),
            AlsoAt = name => [.. Others.Where(other => other.Name == name.Value).Select(other => IPAddress.Parse(other.Address))],
            Limits = Limits,
        });
    }

    /// <summary>Writes what a plan says, as a provider with prerequisites does.</summary>
    public void Apply(IEnumerable<PlanStep> steps, bool consent = false, bool undo = false)
    {
        foreach (var change in steps.SelectMany(step => step.Changes))
        {
            Assert.True(consent || !change.IsForeign);
            if (change is ZoneChange zone)
            {
                Assert.True(zone.Removes ? Zones.Remove(zone.Zone.Value) : Zones.Add(zone.Zone.Value));
                continue;
            }

            var record = Assert.IsType<RecordChange>(change);
            var key = Key(record.Name.Value, record.Type);
            Assert.Equal(record.Old, _sets.GetValueOrDefault(key));
            Assert.True(record.Name.IsEqualOrUnder(record.Zone) && Zones.Contains(record.Zone.Value));
            if (record.New is { } made)
                _sets[key] = made;
            else
                _sets.Remove(key);
            _registry = undo ? _registry.Back([record], PlanRegistry.Empty) : _registry.After([record], PlanId.New(PlanKind.Dns, Now, 8), Now);
        }
    }

    private SeenRecords See(string name, RecordType type)
    {
        var steps = ImmutableArray.CreateBuilder<SurveyStep>();
        var at = name;
        while (true)
        {
            var zone = Zones.Where(zone => at == zone || at.EndsWith($".{zone}", StringComparison.Ordinal)).MaxBy(zone => zone.Length)!;
            var set = _sets.GetValueOrDefault(Key(at, type));
            var step = Recorded.Step(at, type, zone, [.. (set?.Values ?? []).Select(value => type == RecordType.Ptr ? value.TrimEnd('.') : value)]);
            if (!_aliases.TryGetValue(at, out var target))
            {
                steps.Add(step);
                var provider = Providers.Find(one => one.Zones.Any(each => each.Value == zone));
                var survey = Recorded.Survey(name, type, zone) with { Steps = steps.ToImmutable(), Zones = [Recorded.Look(zone)] };
                return new SeenRecords(survey)
                {
                    Provider = provider,
                    Held = provider is null ? null : new RecordReading(set, null),
                    Authority = provider is null ? null : new WriteAuthority(Recorded.Name(zone), WriteAccess.Proven, provider.Name, "", Now),
                };
            }

            steps.Add(step.AtServers(word => word.Leading(target)));
            at = target;
        }
    }

    public static RecordType Family(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? RecordType.A : RecordType.Aaaa;

    private static string Key(string name, RecordType type) => string.Create(CultureInfo.InvariantCulture, $"{name} {type}");
}
