using System.Collections.Immutable;
using Namesake.Core.Identity;
using Namesake.Core.Sources;
using Namesake.Core.Suppression;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Brands;

/// <summary>A name mail is sent under, as it was declared and validated.</summary>
public sealed record Brand
{
    public required BrandId Id { get; init; }

    /// <summary>Domains its envelope senders and From addresses may use, sub-domains not included. At least one.</summary>
    public required ImmutableArray<DomainName> SenderDomains { get; init; }

    /// <summary>Where its mail may leave. At least one: a brand without a source cannot be expressed.</summary>
    public required ImmutableArray<SourceId> Sources { get; init; }

    /// <summary>Which identity rules hold. Default strict, the rule of the article of 2007.</summary>
    public IdentityPolicy Policy { get; init; } = IdentityPolicy.Strict;

    /// <summary>Ids of checks that hold its sources although they only tell by themselves, "AU-01".</summary>
    public ImmutableArray<string> PromotedChecks { get; init; } = [];

    /// <summary>What happens to an envelope sender outside <see cref="SenderDomains"/> when the brand is known by listener, login or client address.</summary>
    public ForeignSenders ForeignSenders { get; init; } = ForeignSenders.Refuse;

    /// <summary>The domain of its SRS-rewritten return paths and DSN senders; null: the first sender domain.</summary>
    public DomainName? ReturnPathDomain { get; init; }

    /// <summary>Key of its SRS signatures; required with <see cref="Brands.ForeignSenders.Srs"/>.</summary>
    public string? SrsSecret { get; init; }

    /// <summary>How long mail is tried or held, from acceptance. Default 5 days (RFC 5321 §4.5.4.1 asks for 4 to 5).</summary>
    public TimeSpan Expiry { get; init; } = TimeSpan.FromDays(5);

    /// <summary>Whose it is; null: the provider's own.</summary>
    public ResellerId? Reseller { get; init; }

    /// <summary>How much may be handed in for it. Default: no limits.</summary>
    public SendingLimits Limits { get; init; } = SendingLimits.None;

    /// <summary>How much each envelope sender of its domains may hand in, sub-addresses together. Default: no limits.</summary>
    public SendingLimits SenderLimits { get; init; } = SendingLimits.None;

    /// <summary>Where its submitters are judged otherwise than the relay's. Null: not at all.</summary>
    public AnomalyOverride? Anomalies { get; init; }

    /// <summary>When nothing more is sent to recipients that receivers don't know.</summary>
    public SuppressionRules Suppression { get; init; } = new();

    /// <summary>What its mail is signed with. Default: nothing.</summary>
    public BrandDkim Dkim { get; init; } = BrandDkim.None;

    public DomainName BounceDomain => ReturnPathDomain ?? SenderDomains[0];
}

public enum ForeignSenders
{
    Refuse,

    /// <summary>Forwarded mail is rewritten under the brand's return-path domain by the Sender Rewriting Scheme.</summary>
    Srs,
}
