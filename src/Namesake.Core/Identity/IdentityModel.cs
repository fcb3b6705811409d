using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity;

/// <summary>The part of the configuration that identities depend on. Immutable: a reload swaps it whole.</summary>
public sealed record IdentityModel
{
    /// <summary>This node: what the outside saw of it says nothing of another node's address.</summary>
    public required string Node { get; init; }

    public required SourceDirectory Sources { get; init; }

    /// <summary>The policy each source is under; strict where it isn't named.</summary>
    public ImmutableDictionary<SourceId, IdentityPolicy> Policies { get; init; } = ImmutableDictionary<SourceId, IdentityPolicy>.Empty;

    /// <summary>Checks that hold a source although they don't by themselves, because an operator said so for a brand of it.</summary>
    public ImmutableDictionary<SourceId, ImmutableHashSet<string>> Promoted { get; init; } = ImmutableDictionary<SourceId, ImmutableHashSet<string>>.Empty;

    /// <summary>The brands each source serves, for EG-09.</summary>
    public ImmutableDictionary<SourceId, ImmutableArray<BrandId>> ServedBrands { get; init; } = ImmutableDictionary<SourceId, ImmutableArray<BrandId>>.Empty;

    /// <summary>What each source's brands send as, for group AU.</summary>
    public ImmutableDictionary<SourceId, ImmutableArray<SenderIdentity>> Senders { get; init; } = ImmutableDictionary<SourceId, ImmutableArray<SenderIdentity>>.Empty;

    public ImmutableArray<WitnessModel> Witnesses { get; init; } = [];

    /// <summary>Sites whose echo is declared to be a proxy's: silent.</summary>
    public ImmutableArray<string> ProxyEchoSites { get; init; } = [];

    public ImmutableArray<IPRange> TreatAsPublic { get; init; } = [];

    public ImmutableHashSet<string> PromotedOf(SourceId source) => Promoted.GetValueOrDefault(source, []);

    public IdentityPolicy PolicyOf(SourceId source) => Policies.GetValueOrDefault(source, IdentityPolicy.Strict);

    /// <summary>A source of several brands is under the strictest of their policies: what leaves it bears one identity, and the brand that asks most must be content.</summary>
    public static IdentityModel For(string node, BrandDirectory brands, SourceDirectory sources)
    {
        ArgumentNullException.ThrowIfNull(brands);
        var served = brands.All.SelectMany(brand => brand.Sources.Select(source => (source, brand))).GroupBy(pair => pair.source, pair => pair.brand).ToList();
        return new IdentityModel
        {
            Node = node,
            Sources = sources,
            Policies = served.ToImmutableDictionary(group => group.Key, group => group.Min(brand => brand.Policy)), // strict is the least value
            // What is about a brand or its domains holds a source only where all its brands say so: one customer's record must not stop another's mail.
            Promoted = served.Where(group => group.Any(brand => !brand.PromotedChecks.IsEmpty)).ToImmutableDictionary(group => group.Key, group => group.SelectMany(brand => brand.PromotedChecks)
                .Where(check => Checks.Catalogue.Find(check)?.Card.Scope == Checks.CheckScope.Source || group.All(brand => brand.PromotedChecks.Contains(check))).ToImmutableHashSet()),
            ServedBrands = served.ToImmutableDictionary(group => group.Key, group => group.Select(brand => brand.Id).ToImmutableArray()),
            Senders = served.ToImmutableDictionary(group => group.Key, group => group.SelectMany(brand => SenderIdentity.Of(brand)).Distinct().ToImmutableArray()),
        };
    }
}
