using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Firewall;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Core.Tests.Identity;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Plans;

/// <summary>Zones, a firewall and a witness with real state, that runners of any number of processes work on.</summary>
internal sealed partial class PlanWorld
{
    private readonly ScriptedDns _dns;

    public PlanWorld()
    {
        Time = new SkippingTime(new DateTimeOffset(2026, 11, 26, 8, 15, 0, TimeSpan.Zero));
        _dns = new ScriptedDns(Time);
    }

    public SkippingTime Time { get; }

    public PlanDisk Disk { get; } = new();

    public SortedDictionary<string, RecordSet> Records { get; } = new(StringComparer.Ordinal);

    public TranslationTable? Table { get; set; }

    public PlanTimes Times { get; } = new() { Call = TimeSpan.FromHours(1), ReadsAtOnce = 1 };

    /// <summary>Runs before a write reaches the other side, with the number of the write from 1.</summary>
    public Action<int>? BeforeWrite { get; set; }

    /// <summary>What comes of a write instead of what came; null: that.</summary>
    public Func<int, WriteResult, WriteResult?>? Answer { get; set; }

    /// <summary>This write is sent and never arrives.</summary>
    public Func<int, bool>? Swallows { get; set; }

    /// <summary>This write is sent, no answer comes, and it arrives so much later, if its prerequisites hold then; null: it arrives.</summary>
    public Func<int, TimeSpan?>? LandsAfter { get; set; }

    /// <summary>Nothing can be read or written.</summary>
    public bool IsDown { get; set; }

    /// <summary>Which start of the machine it is.</summary>
    public string Boot { get; set; } = "boot-1";

    /// <summary>Names that have a CNAME in place of records, and where it leads.</summary>
    public Dictionary<string, string> Aliases { get; } = new(StringComparer.Ordinal);

    /// <summary>Zones of the provider's that are not there.</summary>
    public HashSet<string> Absent { get; } = new(StringComparer.Ordinal) { "2.0.192.in-addr.arpa" };

    public string? TimerTrouble { get; set; }

    public string? NoticeTrouble { get; set; }

    /// <summary>The PTR record that comes when one is removed; null: none.</summary>
    public string? DefaultPointer { get; set; }

    /// <summary>Says that it waits where the disk is another one.</summary>
    public Func<PlanId, Task>? OtherTimer { get; set; }

    /// <summary>What the witness sees; null: what the firewall makes of it.</summary>
    public string? Echo { get; set; }

    public bool EchoIsSilent { get; set; }

    /// <summary>Happens while the witness is asked: between the last write and the decision.</summary>
    public Func<Task>? WhileLooking { get; set; }

    public WriteAccess Access { get; set; } = WriteAccess.Proven;

    public ScriptedDns Dns => _dns;

    public int Writes { get; private set; }

    public List<string> Drained { get; } = [];

    /// <summary>Plans in hand, each time the relay was told to look.</summary>
    public List<int> InHandWhenNoticed { get; } = [];

    public void Set(string name, RecordType type, int ttl, params string[] values)
    {
        Records[$"{name} {type}"] = RecordSet.Of(ttl, values);
        _dns.Set(name, type, [.. values.Select(value => value.TrimEnd('.'))]);
    }

    public void Remove(string name, RecordType type)
    {
        Records.Remove($"{name} {type}");
        _dns.Remove(name, type);
    }

    /// <summary>All of it, to compare.</summary>
    public string Picture => string.Join('\n', Records.Select(record => $"{record.Key} {record.Value}")) + $"\n{Table?.User} {Table?.Device} {(Table is null ? "no table" : string.Join(", ", Table.Mappings))}";

    public PlanRunner Runner(MortalProcess? process = null, string who = "ann@relay1", PlanLimits? limits = null, IPlanStore? store = null)
    {
        var life = process ?? new MortalProcess();
        var ports = new Ports(this, life);
        return new PlanRunner(
            new PlanPorts
            {
                Node = "relay1", Who = who, Store = store ?? new MemoryPlanStore(Disk, life), Dns = _dns, Timer = ports, Uptime = ports, Echo = ports, Relay = ports,
                Provider = id => id == "bind" ? ports : null, Firewall = id => id == "edge" ? ports : null,
                Witnesses = [new WitnessModel("192.0.2.25", 25, IsReflector: true)], TreatAsPublic = [IPRange.Parse("203.0.113.0/24"), IPRange.Parse("10.0.0.0/8")],
                AddressesOf = name => OurAddresses.GetValueOrDefault(name.Value, []), UsualLimits = new PlanLimits(),
            },
            Times, limits ?? new PlanLimits(), Time);
    }

    /// <summary>Everything there is to go wrong: two zones, records made and changed, a table.</summary>
    public static Plan WholePlan(string id = "dns-20261126-081500-0001") => new()
    {
        Id = PlanId.TryParse(id, out var known) ? known : throw new ArgumentException(id),
        Kind = PlanKind.Dns, MadeAt = new DateTimeOffset(2026, 11, 26, 8, 15, 0, TimeSpan.Zero), Node = "relay1", Limits = new PlanLimits(),
        Wanted = [new WantedIdentity(new SourceId("acme-v4"), IPAddress.Parse("10.0.0.5"), IPAddress.Parse("203.0.113.5"), HostName.Parse("mail.acme.example"))],
        Steps =
        [
            new PlanStep("address records", [Record("acme.example", "mail.acme.example", RecordType.A, null, RecordSet.Of(300, "203.0.113.5")), Record("acme.example", "old.acme.example", RecordType.A, RecordSet.Of(60, "203.0.113.9"), RecordSet.Of(60, "203.0.113.5"))], true),
            new PlanStep("PTR records", [Record("113.0.203.in-addr.arpa", "5.113.0.203.in-addr.arpa", RecordType.Ptr, RecordSet.Of(3600, "old.acme.example."), RecordSet.Of(3600, "mail.acme.example."))], true),
            new PlanStep("translation", [new TranslationChange { By = "edge", Reason = "10.0.0.5 leaves under another address", New = new TranslationTable([new Mapping(IPAddress.Parse("10.0.0.5"), IPAddress.Parse("203.0.113.5"))]) }], false),
        ],
    };

    /// <summary>What the whole plan changes was made by an earlier one; www is somebody else's.</summary>
    public static PlanWorld Before()
    {
        var world = new PlanWorld();
        world.Set("old.acme.example", RecordType.A, 60, "203.0.113.9");
        world.Set("5.113.0.203.in-addr.arpa", RecordType.Ptr, 3600, "old.acme.example.");
        world.Own("acme.example", "old.acme.example", RecordType.A);
        world.Own("113.0.203.in-addr.arpa", "5.113.0.203.in-addr.arpa", RecordType.Ptr);
        world.Set("www.acme.example", RecordType.A, 60, "203.0.113.80");
        return world;
    }

    /// <summary>As if a plan had made what is there.</summary>
    /// <param name="added">Values that are there by our word; none: all.</param>
    public void Own(string zone, string name, RecordType type, params string[] added)
    {
        var set = Records[$"{name} {type}"];
        var owned = new OwnedRecords("bind", DomainName.Parse(zone), DomainName.Parse(name), type, set, new DateTimeOffset(2026, 11, 25, 8, 15, 0, TimeSpan.Zero), Earlier) { Added = added.Length == 0 ? set.Values : [.. added] };
        Disk.Registry = PlanJournalJson.Write(Disk.Owned with { Records = Disk.Owned.Records.Add(owned) });
    }

    /// <summary>The plan that made what is ours before anything is done.</summary>
    public static PlanId Earlier { get; } = PlanId.New(PlanKind.Dns, new DateTimeOffset(2026, 11, 25, 8, 15, 0, TimeSpan.Zero), 1);

    /// <summary>Addresses of sources that say a name.</summary>
    public Dictionary<string, ImmutableArray<IPAddress>> OurAddresses { get; } = new(StringComparer.Ordinal);

    public static RecordChange Record(string zone, string name, RecordType type, RecordSet? old, RecordSet? made) =>
        new() { By = "bind", Reason = "the name must lead to the address", Ends = ["PT-01"], Zone = DomainName.Parse(zone), Name = DomainName.Parse(name), Type = type, Old = old, New = made };
}
