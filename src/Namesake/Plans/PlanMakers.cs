using System.Collections.Immutable;
using Namesake.Configuration;
using Namesake.Core.Dns;
using Namesake.Core.Firewall;
using Namesake.Network.Dns.Providers;
using Namesake.Network.Firewall;

namespace Namesake.Plans;

/// <summary>What makes DNS providers and firewalls of a configuration. A kind more is an entry more here; nothing else has to know it.</summary>
/// <remarks>Making one opens no connection and asks nobody: a plan that touches one provider must not wait for another. What is disposable is disposed with the workshop.</remarks>
public sealed record PlanMakers(
    ImmutableArray<Func<NamesakeConfiguration, TimeProvider, IEnumerable<IDnsProvider>>> Providers,
    ImmutableArray<Func<NamesakeConfiguration, TimeProvider, IEnumerable<IFirewall>>> Firewalls)
{
    public static PlanMakers OfProduct { get; } = new(
        [(configuration, time) => configuration.DnsProviders.OfType<UpdateSettings>().Select(settings => new UpdateProvider(settings, time))],
        [(configuration, time) => configuration.Firewalls.Select(settings => new NodeFirewall(settings, time))]);

    /// <summary>What stands before the verb when this program starts itself again; a test program has something there.</summary>
    public ImmutableArray<string> BeforeVerb { get; init; } = [];
}
