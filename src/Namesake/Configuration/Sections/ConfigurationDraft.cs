using System.Collections.Immutable;
using System.Net;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

/// <summary>What was typed, each value alone understood, nothing compared yet. Values that were wrong are absent.</summary>
internal sealed record ConfigurationDraft
{
    public required Place At { get; init; }
    public required Placed<string>? Node { get; init; }
    public required string Data { get; init; }
    public required ImmutableArray<ListenerDraft> Listeners { get; init; }
    public required ImmutableArray<BrandDraft> Brands { get; init; }
    public required ImmutableArray<SourceDraft> Sources { get; init; }
    public required ImmutableArray<RouteDraft> Routes { get; init; }
    public required ImmutableArray<UserDraft> Users { get; init; }
    public required ImmutableArray<ClientDraft> Clients { get; init; }
    public required ImmutableArray<CertificateDraft> Certificates { get; init; }
    public required ImmutableArray<Placed<IPEndPoint>> Resolvers { get; init; }
    public required ImmutableArray<WitnessDraft> Witnesses { get; init; }
    public required TimeSpan? SilentReceiversRequireProof { get; init; }
    public required ImmutableArray<Placed<DomainName>> ProxyEchoSites { get; init; }
    public required ImmutableArray<Placed<IPRange>> TreatAsPublic { get; init; }
    public required long MaximumMessageBytes { get; init; }
    public required ApiSettings Api { get; init; }
    public required SpoolSettings Spool { get; init; }
    public required IdentitySettings Identity { get; init; }
    public required SubmissionSettings Submission { get; init; }
    public required DeliverySettings Delivery { get; init; }
    public required LoggingSettings Logging { get; init; }
}
