using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Brands;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Pipeline.Submission;
using Namesake.Network.Dns;
using Namesake.Plans;
using Namesake.Protocol.Addresses;
using Namesake.Storage;
using Namesake.Web.Alarms;

namespace Namesake.Configuration.Sections;

/// <summary>What was typed, each value alone understood, nothing compared yet. Values that were wrong are absent.</summary>
internal sealed record ConfigurationDraft
{
    public required Place At { get; init; }
    public required Placed<string>? Node { get; init; }
    public required ImmutableArray<ListenerDraft> Listeners { get; init; }
    public required ImmutableArray<BrandDraft> Brands { get; init; }
    public required ImmutableArray<ResellerDraft> Resellers { get; init; }
    public required ImmutableArray<SourceDraft> Sources { get; init; }
    public required ImmutableArray<RouteDraft> Routes { get; init; }
    public required ImmutableArray<SiteDraft> SiteLimits { get; init; }
    public required ImmutableArray<UserDraft> Users { get; init; }
    public required ImmutableArray<ClientDraft> Clients { get; init; }
    public required ImmutableArray<CertificateDraft> Certificates { get; init; }
    public required ImmutableArray<Placed<IPEndPoint>> Resolvers { get; init; }
    public required ImmutableArray<WitnessDraft> Witnesses { get; init; }
    public required TimeSpan? SilentReceiversRequireProof { get; init; }
    public required ImmutableArray<Placed<DomainName>> ProxyEchoSites { get; init; }
    public required ImmutableArray<Placed<IPRange>> TreatAsPublic { get; init; }
    public required long MaximumMessageBytes { get; init; }
    public required ResolverSettings Resolver { get; init; }
    public required ApiSettings Api { get; init; }
    public required AlarmSettings Alarms { get; init; }
    public required AnomalyRules Anomalies { get; init; }
    public required SpoolOptions Spool { get; init; }
    public required PostgresOptions? Database { get; init; }
    public required IdentityOptions Identity { get; init; }
    public required ListingOptions Listing { get; init; }
    public required ImmutableArray<DnsProviderDraft> DnsProviders { get; init; }
    public required ImmutableArray<FirewallDraft> Firewalls { get; init; }
    public required SubmissionLimits Submission { get; init; }
    public required DeliverySettings Delivery { get; init; }
    public required PlanSettings Plans { get; init; }
    public required LoggingSettings Logging { get; init; }
}
