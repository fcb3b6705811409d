using System.Collections.Immutable;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Network.Dns;
using Namesake.Network.Dns.Survey;
using Namesake.Network.Registries;
using Namesake.Network.Sockets;
using Namesake.Network.Tests.RealServers;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>What the scenarios are looked at with: what a user's audit looks with, told where the tests' servers are. Scenarios share it but for what they alone ask.</summary>
internal sealed class ScenarioLook : IDisposable
{
    private readonly ScenarioServers _servers;
    private readonly ScenarioRegistry _registry;
    private readonly Resolver _resolver;
    private readonly Dictionary<string, (DnsSurvey Survey, ImmutableArray<IFactProbe> Probes)> _shared = [];
    private readonly Lock _gate = new();

    public ScenarioLook(ScenarioServers servers, ScenarioRegistry registry)
    {
        (_servers, _registry) = (servers, registry);
        _resolver = new Resolver(new ResolverSettings
        {
            Resolvers = [servers.Unbound], AuthoritativePort = servers.Port, TryTimeout = TimeSpan.FromSeconds(3), AuthoritativeTryTimeout = TimeSpan.FromSeconds(1),
        }, TimeProvider.System);
    }

    public Auditing For(Scenario scenario, Func<string, string> fill)
    {
        var registry = scenario.Abuse is null ? null : _registry.Ask();
        var lists = scenario.Lists.Select(list => RealLists.List(fill(list.Zone), list.Kind)).Select(list => list.Kind == ListKind.Domain ? list with { Codes = [] } : list).ToImmutableArray();
        IFactProbe[] own =
        [
            new AuthenticationProbe(_resolver, TimeProvider.System,
                scenario.AsksMailboxes ? new MailboxProbe(new Dialer(new SocketPipes(new SocketSettings(), TimeProvider.System), TimeProvider.System), new DeliveryTimeouts(), TimeProvider.System) : null),
            new ListingProbe(_resolver, registry, new ListingOptions { Lists = lists, AskRegistry = registry is not null }, TimeProvider.System),
        ];
        return new Auditing(new Auditor(_resolver, [.. Shared(scenario.Resolvers), .. own], TimeProvider.System), registry);
    }

    public void Dispose()
    {
        foreach (var (survey, _) in _shared.Values)
            survey.Dispose();
        _resolver.Dispose();
    }

    private ImmutableArray<IFactProbe> Shared(ImmutableArray<string> resolvers)
    {
        lock (_gate)
        {
            var key = string.Join(' ', resolvers);
            if (_shared.TryGetValue(key, out var known))
                return known.Probes;
            var survey = new DnsSurvey(_resolver, new SurveySettings
            {
                Vantage = "test", ControlZone = DomainName.Parse(ScenarioServers.SignedZone), AbsentUnder = DomainName.Parse("host.example"), TryTimeout = TimeSpan.FromSeconds(1),
                Resolvers = resolvers.IsEmpty ? [] : [_servers.Unbound, .. resolvers.Select(name => _servers.World[name])], TreatAsPublic = [.. resolvers.IsEmpty ? [] : WorldResolvers.Networks],
            }, TimeProvider.System);
            ImmutableArray<IFactProbe> probes =
            [
                new AuditorProbe(survey, () => [new Vantage("test", VantagePlace.Outside)], TimeProvider.System),
                new ZoneProbe(survey, new ZoneProbeOptions { MoreLooks = 2 }, TimeProvider.System),
                new NameProbe(_resolver),
            ];
            _shared[key] = (survey, probes);
            return probes;
        }
    }

    /// <summary>An auditor, and what only it uses.</summary>
    internal sealed record Auditing(Auditor Auditor, RdapRegistry? Registry) : IDisposable
    {
        public void Dispose() => Registry?.Dispose();
    }
}
