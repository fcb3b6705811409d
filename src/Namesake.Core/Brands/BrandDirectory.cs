using System.Collections.Frozen;
using System.Collections.Immutable;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Brands;

/// <summary>All brands of one configuration, by id and by sender domain. Immutable: a reload swaps it whole.</summary>
public sealed class BrandDirectory
{
    private readonly FrozenDictionary<BrandId, Brand> _byId;
    private readonly FrozenDictionary<string, Brand> _byDomain;
    private readonly FrozenDictionary<string, Brand> _byReturnPath;
    private readonly FrozenDictionary<ResellerId, Reseller> _resellers;

    public BrandDirectory(IEnumerable<Brand> brands, IEnumerable<Reseller>? resellers = null)
    {
        All = [.. brands];
        Resellers = [.. resellers ?? []];
        _resellers = Resellers.ToFrozenDictionary(reseller => reseller.Id);
        _byId = All.ToFrozenDictionary(brand => brand.Id);
        _byDomain = All.SelectMany(brand => brand.SenderDomains.Select(domain => (domain, brand)))
            .ToFrozenDictionary(pair => pair.domain.Value, pair => pair.brand, StringComparer.Ordinal);
        _byReturnPath = All.Where(brand => brand.ReturnPathDomain is not null).ToFrozenDictionary(brand => brand.ReturnPathDomain!.Value, StringComparer.Ordinal);
    }

    public ImmutableArray<Brand> All { get; }

    public ImmutableArray<Reseller> Resellers { get; }

    /// <summary>Null: the brand is the provider's own.</summary>
    public Reseller? ResellerOf(Brand brand) => brand.Reseller is { } id ? _resellers.GetValueOrDefault(id) : null;

    public Brand? Find(BrandId id) => _byId.GetValueOrDefault(id);

    /// <summary>The brand that declares this sender domain; no two brands can.</summary>
    public Brand? OwnerOf(DomainName senderDomain) => _byDomain.GetValueOrDefault(senderDomain.Value);

    /// <summary>Where mail to one of our own forwarding addresses (SRS) belongs: bounces come back to them.</summary>
    /// <returns>False when the address is none of a brand's. True with the one who wrote the forwarded message, or with the reason it is not believed.</returns>
    public bool TryReverse(Mailbox address, DateTimeOffset now, out Mailbox? original, out string? error)
    {
        ArgumentNullException.ThrowIfNull(address);
        (original, error) = (null, null);
        if (!Srs.IsSrs(address) || OwnerOfReversePath(address.Domain) is not { SrsSecret: { } secret } brand || brand.BounceDomain != address.Domain)
            return false;
        new Srs(secret, brand.BounceDomain).TryReverse(address, now, out original, out error);
        return true;
    }

    /// <summary>The same for an envelope sender, which may also be of a brand's return-path domain.</summary>
    public Brand? OwnerOfReversePath(DomainName domain) => OwnerOf(domain) ?? _byReturnPath.GetValueOrDefault(domain.Value);
}
