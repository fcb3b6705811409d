using System.Collections.Immutable;
using Namesake.Configuration;
using Namesake.Core.Dns;
using Namesake.Core.Firewall;
using Namesake.Core.Plans.Journal;
using Namesake.Storage.Plans;

namespace Namesake.Plans;

/// <summary>What plans are made and applied with, put together from a configuration alone: no relay, no database.</summary>
public sealed class PlanWorkshop : IDisposable
{
    private PlanWorkshop(NamesakeConfiguration configuration, ImmutableArray<IDnsProvider> providers, ImmutableArray<IFirewall> firewalls, IPlanStore store)
    {
        Configuration = configuration;
        Providers = providers;
        Firewalls = firewalls;
        Store = store;
    }

    public NamesakeConfiguration Configuration { get; }

    public ImmutableArray<IDnsProvider> Providers { get; }

    public ImmutableArray<IFirewall> Firewalls { get; }

    /// <summary>Journals, plans and the registry of what is ours.</summary>
    public IPlanStore Store { get; }

    /// <summary>Opens nothing but files.</summary>
    public static PlanWorkshop Open(NamesakeConfiguration configuration, PlanMakers makers, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(makers);
        return new PlanWorkshop(
            configuration, [.. makers.Providers.SelectMany(make => make(configuration, time))], [.. makers.Firewalls.SelectMany(make => make(configuration, time))],
            new PlanFiles(configuration.DataDirectory, time));
    }

    public IDnsProvider? FindProvider(string id) => Providers.FirstOrDefault(provider => provider.Traits.Id == id);

    public IFirewall? FindFirewall(string id) => Firewalls.FirstOrDefault(firewall => firewall.Id == id);

    public void Dispose()
    {
        foreach (var owned in Providers.OfType<IDisposable>().Concat(Firewalls.OfType<IDisposable>()))
            owned.Dispose();
    }
}
