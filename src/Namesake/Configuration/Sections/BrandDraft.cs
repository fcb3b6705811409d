using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Identity;
using Namesake.Core.Sources;
using Namesake.Core.Suppression;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

internal sealed record BrandDraft(
    Place At,
    Placed<BrandId>? Id,
    ImmutableArray<Placed<DomainName>> SenderDomains,
    ImmutableArray<Placed<SourceId>> Sources,
    IdentityPolicy Policy,
    ImmutableArray<Placed<string>> HoldOn,
    Placed<ForeignSenders>? ForeignSenders,
    Placed<DomainName>? ReturnPathDomain,
    bool SaysSrsSecret,
    Placed<string>? SrsSecret,
    TimeSpan Expiry,
    Placed<ResellerId>? Reseller,
    SendingLimits Limits,
    SendingLimits SenderLimits,
    AnomalyOverride? Anomalies,
    SuppressionRules Suppression,
    ImmutableArray<DkimDraft> Dkim)
{
    /// <summary>For messages.</summary>
    public string Title => Id?.Value.Value ?? "?";
}
