using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using Namesake.Core.Firewall;
using Namesake.Core.Firewall.Planning;
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
        trouble = all.IsEmpty ? "the configuration has no firewall: add one to `firewalls:`"
            : found.IsEmpty ? $"the configuration has no firewall {id}; it has {Names(all)}"
            : found.Length > 1 ? $"the configuration has more than one firewall: say --firewall with one of {Names(all)}"
            : workshop.FindFirewall(found[0].Id) is null ? $"the firewall {found[0].Id} can't be used here" : null;
        return trouble is null ? new NatPlanning(workshop, found[0], workshop.FindFirewall(found[0].Id)!, time) : null;
    }

    /// <param name="named">Only these sources; empty: all.</param>
    public async Task<Plan> MakeAsync(IReadOnlyCollection<SourceId> named, SharingMode mode, PlanLimits limits, CancellationToken cancellation)
    {
        var relay = _workshop.Configuration.Relay;
        var all = DnsPlanning.Identities(relay, []);
        var wanted = all.RemoveAll(identity => named.Count > 0 && !named.Contains(identity.Source!.Value));
        using var addresses = new LocalAddresses();
        var now = _time.GetUtcNow();
        return NatPlanner.Make(new NatPlanRequest
        {
            Id = PlanId.New(PlanKind.Nat, now, (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1)),
            Node = relay.Node,
            Now = now,
            Firewall = NodeFirewall.TraitsOf(_settings),
            Reading = await _firewall.ReadAsync(cancellation),
            Wanted = wanted,
            Beside = all.RemoveAll(wanted.Contains),
            IsAll = named.Count == 0,
            Mode = mode,
            Limits = limits,
            User = _settings.User,
            Device = _settings.Device,
            IsHere = address => IsHere(addresses, address),
        });
    }

    private static bool? IsHere(LocalAddresses addresses, IPAddress address) => addresses.TryBind(address) is { IsKnown: true } result ? result.Works : null;

    private static string Names(ImmutableArray<FirewallSettings> all) => string.Join(", ", all.Select(settings => settings.Id));
}
