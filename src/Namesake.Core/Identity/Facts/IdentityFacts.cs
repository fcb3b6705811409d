using System.Collections.Immutable;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Facts;

/// <summary>Everything the checks read about one source. A part that is null cannot be observed from here, or was not looked at this time.</summary>
public sealed record IdentityFacts
{
    public required Source Source { get; init; }

    /// <summary>The sources with the same EHLO name, this one included: their public addresses stand together in its A and AAAA records.</summary>
    public ImmutableArray<Source> Pool { get; init; } = [];

    /// <summary>Other sources with the same public address.</summary>
    public ImmutableArray<Neighbour> SameAddress { get; init; } = [];

    /// <summary>Sources with other public addresses in the same /64; IPv6 only.</summary>
    public ImmutableArray<Neighbour> SameNetwork { get; init; } = [];

    public ImmutableArray<IPRange> TreatAsPublic { get; init; } = [];

    /// <summary>Under which domains mail leaves by this source; empty when nobody sends by it, or when that isn't known.</summary>
    public ImmutableArray<SenderIdentity> Senders { get; init; } = [];

    public BindResult? Bind { get; init; }

    /// <summary>What a session or dialler complained about since the last look; null when nothing.</summary>
    public WireFault? Wire { get; init; }

    public EgressFacts? Egress { get; init; }

    public DnsFacts? Dns { get; init; }

    /// <inheritdoc cref="ZoneFacts"/>
    public ZoneFacts? Zone { get; init; }

    /// <inheritdoc cref="NameFacts"/>
    public NameFacts? Name { get; init; }

    /// <inheritdoc cref="HostFacts"/>
    public HostFacts? Host { get; init; }

    /// <inheritdoc cref="FirewallFacts"/>
    public FirewallFacts? Firewall { get; init; }

    /// <inheritdoc cref="OutboundFacts"/>
    public OutboundFacts? Outbound { get; init; }

    /// <inheritdoc cref="AuthenticationFacts"/>
    public AuthenticationFacts? Authentication { get; init; }

    /// <inheritdoc cref="InboundFacts"/>
    public InboundFacts? Inbound { get; init; }

    /// <inheritdoc cref="CertificateFacts"/>
    public CertificateFacts? Certificates { get; init; }

    /// <inheritdoc cref="ListingFacts"/>
    public ListingFacts? Listing { get; init; }

    /// <inheritdoc cref="HistoryFacts"/>
    public HistoryFacts? History { get; init; }

    /// <inheritdoc cref="ConsistencyFacts"/>
    public ConsistencyFacts? Consistency { get; init; }

    /// <inheritdoc cref="FeedbackFacts"/>
    public FeedbackFacts? Feedback { get; init; }

    /// <inheritdoc cref="AuditorFacts"/>
    public AuditorFacts? Auditor { get; init; }

    /// <summary>Whether the configured part is the same.</summary>
    public bool IsSameAs(IdentityFacts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Source == other.Source && Pool.SequenceEqual(other.Pool) && SameAddress.SequenceEqual(other.SameAddress)
            && SameNetwork.SequenceEqual(other.SameNetwork) && TreatAsPublic.SequenceEqual(other.TreatAsPublic) && Senders.SequenceEqual(other.Senders);
    }
}
