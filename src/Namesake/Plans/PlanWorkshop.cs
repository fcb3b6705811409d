using System.Collections.Immutable;
using Namesake.Configuration;
using Namesake.Core.Dns;
using Namesake.Core.Firewall;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;
using Namesake.Network.Dns;
using Namesake.Network.Machine;
using Namesake.Network.Sockets;
using Namesake.Protocol.Addresses;
using Namesake.Storage.Plans;

namespace Namesake.Plans;

/// <summary>What plans are made and applied with, put together from a configuration alone: no relay, no database.</summary>
public sealed class PlanWorkshop : IDisposable
{
    private readonly PlanMakers _makers;
    private readonly TimeProvider _time;
    private readonly Lazy<Resolver> _dns;

    private PlanWorkshop(NamesakeConfiguration configuration, PlanMakers makers, TimeProvider time)
    {
        (Configuration, _makers, _time) = (configuration, makers, time);
        Providers = [.. makers.Providers.SelectMany(make => make(configuration, time))];
        Firewalls = [.. makers.Firewalls.SelectMany(make => make(configuration, time))];
        Store = new PlanFiles(configuration.DataDirectory, time);
        _dns = new(() => new Resolver(configuration.Resolver, time));
    }

    public NamesakeConfiguration Configuration { get; }

    public ImmutableArray<IDnsProvider> Providers { get; }

    public ImmutableArray<IFirewall> Firewalls { get; }

    /// <summary>Journals, plans and the registry of what is ours.</summary>
    public IPlanStore Store { get; }

    /// <summary>The configuration's resolvers and the zones' own servers.</summary>
    public Resolver Dns => _dns.Value;

    /// <summary>Opens nothing but files, and those not before they are needed.</summary>
    public static PlanWorkshop Open(NamesakeConfiguration configuration, PlanMakers makers, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(makers);
        return new PlanWorkshop(configuration, makers, time);
    }

    public IDnsProvider? FindProvider(string id) => Providers.FirstOrDefault(provider => provider.Traits.Id == id);

    public IFirewall? FindFirewall(string id) => Firewalls.FirstOrDefault(firewall => firewall.Id == id);

    /// <param name="who">Whose name stands in the journal.</param>
    /// <param name="limits">Null: the configuration's.</param>
    public PlanRunner Runner(string who, IRelayAtWork relay, PlanLimits? limits = null) => new(
        new PlanPorts
        {
            Node = Configuration.Relay.Node,
            Who = who,
            Provider = FindProvider,
            Firewall = FindFirewall,
            Store = Store,
            Timer = _makers.Timer?.Invoke(Configuration, _time) ?? new DeadManProcess(Configuration, _makers, Store, _time),
            Uptime = new MachineUptime(),
            Dns = Dns,
            Echo = new EchoProbe(new Dialer(new SocketPipes(new SocketSettings(), _time), _time), Configuration.Delivery.Timeouts, _time),
            Relay = relay,
            Witnesses = Configuration.Relay.Witnesses,
            TreatAsPublic = Configuration.Relay.TreatAsPublic,
            AddressesOf = name => HostName.TryCreate(name, out var host, out _) ? [.. Configuration.Relay.Sources.PoolOf(host).Select(source => source.PublicAddress)] : [],
            UsualLimits = Configuration.Plans.Limits,
        },
        Configuration.Plans.Times, limits ?? Configuration.Plans.Limits, _time);

    public void Dispose()
    {
        foreach (var owned in Providers.OfType<IDisposable>().Concat(Firewalls.OfType<IDisposable>()))
            owned.Dispose();
        if (_dns.IsValueCreated)
            _dns.Value.Dispose();
    }
}
