using System.Collections.Immutable;
using Namesake.Configuration.Sections;
using Namesake.Core.Brands;
using Namesake.Core.Pipeline;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Configuration;

/// <summary>From a draft without errors to the model: nothing can be missing here any more.</summary>
internal static class ModelBuilder
{
    public static NamesakeConfiguration Build(ConfigurationDraft draft, ImmutableArray<UserModel> users, ImmutableArray<CertificateModel> certificates, Dictionary<BrandDraft, BrandDkim> dkim, string? file) => new()
    {
        File = file,
        Relay = new RelayModel
        {
            Node = draft.Node?.Value ?? Environment.MachineName,
            Brands = new BrandDirectory(draft.Brands.Select(brand => Brand(brand, dkim.GetValueOrDefault(brand, BrandDkim.None))), draft.Resellers.Select(reseller => new Reseller(reseller.Id!.Value) { Limits = reseller.Limits })),
            Sources = new SourceDirectory(draft.Sources.Select(Source)),
            Listeners = [.. draft.Listeners.Select(Listener)],
            Users = users,
            // Longest prefix first: whoever takes the first range that contains an address has the most particular one.
            Clients = [.. draft.Clients.OrderByDescending(client => client.Range!.Value.PrefixLength).Select(client => new ClientModel(client.Range!.Value, client.Brand!.Value) { Limits = client.Limits })],
            Routes = [.. draft.Routes.Select(Route)],
            Sites = [.. draft.SiteLimits.Select(Site)],
            Certificates = certificates,
            Witnesses = [.. draft.Witnesses.Select(witness => new WitnessModel(witness.Host!.Value, witness.Port, witness.Reflector, witness.ControlPort))],
            ProxyEchoSites = [.. draft.ProxyEchoSites.Select(site => site.Value.Value)],
            TreatAsPublic = [.. draft.TreatAsPublic.Select(range => range.Value)],
            SilentReceiversRequireProof = draft.SilentReceiversRequireProof,
            MaximumMessageBytes = draft.MaximumMessageBytes,
            Anomalies = draft.Anomalies,
        },
        Resolver = draft.Resolver,
        Api = draft.Api,
        Alarms = draft.Alarms,
        Spool = draft.Spool,
        Database = draft.Database,
        Plans = draft.Plans,
        Logging = draft.Logging,
        Identity = draft.Identity,
        Listing = draft.Listing,
        DnsProviders = [.. draft.DnsProviders.Select(provider => provider.Settings!)],
        Firewalls = [.. draft.Firewalls.Select(firewall => firewall.Settings!)],
        Submission = draft.Submission,
        Delivery = draft.Delivery,
    };

    private static SiteRule Site(SiteDraft site) => new(
        [.. site.Sites.Select(name => name.Value).Where(name => name != "*")], site.Connections, site.MessagesPerConnection, site.MessagesPerMinute, site.ConnectionsInAll, site.MessagesPerMinuteInAll);

    private static Brand Brand(BrandDraft brand, BrandDkim dkim) => new()
    {
        Id = brand.Id!.Value,
        SenderDomains = [.. brand.SenderDomains.Select(domain => domain.Value)],
        Sources = [.. brand.Sources.Select(source => source.Value)],
        Policy = brand.Policy,
        PromotedChecks = [.. brand.HoldOn.Select(check => check.Value).Distinct(StringComparer.Ordinal)],
        ForeignSenders = brand.ForeignSenders?.Value ?? ForeignSenders.Refuse,
        ReturnPathDomain = brand.ReturnPathDomain?.Value,
        SrsSecret = brand.SrsSecret?.Value,
        Expiry = brand.Expiry,
        Reseller = brand.Reseller?.Value,
        Limits = brand.Limits,
        SenderLimits = brand.SenderLimits,
        Anomalies = brand.Anomalies,
        Suppression = brand.Suppression,
        Dkim = dkim,
    };

    private static Source Source(SourceDraft source) => new()
    {
        Id = source.Id!.Value,
        LocalAddress = source.LocalAddress!.Value,
        PublicAddress = source.PublicAddress!.Value,
        Ehlo = source.Ehlo!.Value,
        Shared = source.Shared,
        Weight = source.Weight,
        Retiring = source.Retiring,
        WarmUp = source.WarmUp,
        Attested = source.Attested,
    };

    private static ListenerModel Listener(ListenerDraft listener) => new(
        listener.Address!.Value, listener.Brand?.Value, [.. listener.RelayFrom.Select(range => range.Value)], listener.Name?.Value, listener.ImplicitTls,
        listener.NullSenderBrand?.Value, listener.DsnToPeer, listener.MaximumConnections, listener.MaximumConnectionsPerClient, listener.MaximumRecipients)
    {
        ClientLimits = listener.ClientLimits,
    };

    // "*" is the model's empty pattern; written beside others it swallows them.
    private static RouteModel Route(RouteDraft route)
    {
        var all = route.Domains.Any(pattern => pattern.Value.Domain is null);
        return new RouteModel(
            all ? [] : [.. route.Domains.Where(pattern => !pattern.Value.Below).Select(pattern => pattern.Value.Domain!)],
            all ? [] : [.. route.Domains.Where(pattern => pattern.Value.Below).Select(pattern => pattern.Value.Domain!)],
            route.Via!.Value.Host, route.Via.Value.Port, route.Identity?.Value ?? RouteIdentity.Public, route.Connections);
    }
}
