using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Firewall;
using Namesake.Core.Firewall.Planning;
using Namesake.Core.Firewall.Rendering;
using Namesake.Core.Plans;
using Namesake.Core.Sources;
using Namesake.Network.Firewall;
using Namesake.Network.Sources;

namespace Namesake.Plans;

/// <summary>Makes a plan for translation by one firewall of the configuration: looks at its rules, then leaves the rest to the planner.</summary>
public sealed class NatPlanning
{
    private readonly PlanWorkshop _workshop;
    private readonly FirewallSettings _settings;
    private readonly IFirewall _firewall;
    private readonly TimeProvider _time;

    private NatPlanning(PlanWorkshop workshop, FirewallSettings settings, IFirewall firewall, TimeProvider time) => (_workshop, _settings, _firewall, _time) = (workshop, settings, firewall, time);

    /// <param name="id">Null: the only one there is.</param>
    /// <returns>Null with the reason.</returns>
    public static NatPlanning? For(PlanWorkshop workshop, string? id, TimeProvider time, out string? trouble)
    {
        ArgumentNullException.ThrowIfNull(workshop);
        var all = workshop.Configuration.Firewalls;
        var found = all.Where(settings => id is null || settings.Id == id).ToImmutableArray();
        trouble = all.IsEmpty ? "the configuration has no firewall: add one to `firewalls:`, or have the text for a device of another kind with --as"
            : found.IsEmpty ? $"the configuration has no firewall {id}; it has {Names(all)}"
            : found.Length > 1 ? $"the configuration has more than one firewall: say --firewall with one of {Names(all)}"
            : workshop.FindFirewall(found[0].Id) is null ? $"the firewall {found[0].Id} can't be used here" : null;
        return trouble is null ? new NatPlanning(workshop, found[0], workshop.FindFirewall(found[0].Id)!, time) : null;
    }

    /// <param name="named">Only these sources; empty: all.</param>
    public Task<Plan> MakeAsync(IReadOnlyCollection<SourceId> named, SharingMode mode, PlanLimits limits, CancellationToken cancellation)
    {
        var all = DnsPlanning.Identities(_workshop.Configuration.Relay, []);
        var wanted = all.RemoveAll(identity => named.Count > 0 && !named.Contains(identity.Source!.Value));
        return MakeAsync(wanted, all.RemoveAll(wanted.Contains), named.Count == 0, mode, limits, cancellation);
    }

    /// <summary>For a server that isn't ours, whose mail this node forwards. What the relay's own sources have stays.</summary>
    public Task<Plan> MakeAsync(ImmutableArray<WantedIdentity> list, SharingMode mode, PlanLimits limits, CancellationToken cancellation)
    {
        var locals = list.Select(identity => identity.Local).ToHashSet();
        return MakeAsync(list, DnsPlanning.Identities(_workshop.Configuration.Relay, []).RemoveAll(identity => locals.Contains(identity.Local)), isAll: false, mode, limits, cancellation);
    }

    /// <summary>For a device that a person writes: whole, for nothing is known of what it does now.</summary>
    public static Plan ByHand(IPlatform platform, string node, ImmutableArray<WantedIdentity> wanted, SharingMode mode, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(platform);
        ArgumentNullException.ThrowIfNull(time);
        var now = time.GetUtcNow();
        return NatPlanner.Make(new NatPlanRequest
        {
            Id = NewId(now),
            Node = node,
            Now = now,
            Firewall = new FirewallTraits { Id = platform.Word, Name = platform.Title, WritesItself = false, Limit = MappingList.MostLines },
            Wanted = wanted,
            Mode = mode,
            Limits = new PlanLimits(MappingList.MostLines, MappingList.MostLines, MappingList.MostLines),
        });
    }

    private async Task<Plan> MakeAsync(ImmutableArray<WantedIdentity> wanted, ImmutableArray<WantedIdentity> beside, bool isAll, SharingMode mode, PlanLimits limits, CancellationToken cancellation)
    {
        using var addresses = new LocalAddresses();
        var now = _time.GetUtcNow();
        return NatPlanner.Make(new NatPlanRequest
        {
            Id = NewId(now),
            Node = _workshop.Configuration.Relay.Node,
            Now = now,
            Firewall = NodeFirewall.TraitsOf(_settings),
            Reading = await _firewall.ReadAsync(cancellation),
            Wanted = wanted,
            Beside = beside,
            IsAll = isAll,
            Mode = mode,
            Limits = limits,
            User = _settings.User,
            Device = _settings.Device,
            IsHere = address => IsHere(addresses, address),
        });
    }

    private static PlanId NewId(DateTimeOffset now) => PlanId.New(PlanKind.Nat, now);

    private static bool? IsHere(LocalAddresses addresses, IPAddress address) => addresses.TryBind(address) is { IsKnown: true } result ? result.Works : null;

    private static string Names(ImmutableArray<FirewallSettings> all) => string.Join(", ", all.Select(settings => settings.Id));
}
