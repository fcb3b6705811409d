using System.Collections.Immutable;
using Namesake.Configuration;
using Namesake.Core.Dns;
using Namesake.Core.Firewall;
using Namesake.Core.Plans.Applying;
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
        [(configuration, time) => configuration.DnsProviders.Select<DnsProviderSettings, IDnsProvider>(settings => settings switch
        {
            UpdateSettings update => new UpdateProvider(update, time),
            PowerDnsSettings api => new PowerDnsProvider(api, time),
            ProgramSettings program => new ProgramProvider(program, time),
            TextSettings text => new TextProvider(text, time),
            _ => throw new InvalidOperationException("a provider of a kind that is not known"),
        })],
        [(configuration, time) => configuration.Firewalls.Select(settings => new NodeFirewall(settings, time, FirewallTools.OfSystem(configuration.DataDirectory)))]);

    /// <summary>The dead-man timer; null: a process of its own.</summary>
    public Func<NamesakeConfiguration, TimeProvider, IDeadManTimer>? Timer { get; init; }

    /// <summary>What stands before the verb when this program starts itself again; a test program has something there.</summary>
    public ImmutableArray<string> BeforeVerb { get; init; } = [];
}
