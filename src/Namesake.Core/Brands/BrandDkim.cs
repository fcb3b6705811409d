using System.Collections.Immutable;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Dkim;
using Namesake.Protocol.Headers;

namespace Namesake.Core.Brands;

/// <summary>The keys a brand's mail is signed with. Each gives one signature, for the brand's domain that From is of.</summary>
public sealed class BrandDkim
{
    public static readonly BrandDkim None = new([]);

    private readonly ImmutableArray<ImmutableDictionary<DomainName, DkimSigner>> _keys;

    /// <param name="keys">One group for each key: the same key under each domain it may sign for, or under one.</param>
    public BrandDkim(IEnumerable<IEnumerable<DkimSigner>> keys) => _keys = [.. keys.Select(domains => domains.ToImmutableDictionary(signer => signer.Domain))];

    public IEnumerable<DkimSigner> All => _keys.SelectMany(domains => domains.Values.OrderBy(signer => signer.Domain.Value, StringComparer.Ordinal));

    /// <summary>Who signs a message with this header: nobody where From is none of the brand's, or not certain.</summary>
    public ImmutableArray<DkimSigner> SignersOf(HeaderFacts header)
    {
        ArgumentNullException.ThrowIfNull(header);
        return _keys.IsEmpty || header.From.IsEmpty || header.FromFields != 1 || header.IsFromMalformed ? [] : SignersOf(header.From[0].Domain);
    }

    /// <summary>Who signs mail whose From is of this domain. <c>d=</c> is the domain itself or one above it, else DMARC would not count the signature: RFC 7489 §3.1.1</summary>
    public ImmutableArray<DkimSigner> SignersOf(DomainName from)
    {
        ArgumentNullException.ThrowIfNull(from);
        var signers = ImmutableArray.CreateBuilder<DkimSigner>(_keys.Length);
        foreach (var domains in _keys)
            for (var domain = from; domain is not null; domain = domain.Parent)
                if (domains.TryGetValue(domain, out var signer))
                {
                    signers.Add(signer);
                    break;
                }
        return signers.ToImmutable();
    }

    /// <summary>For the differences of a reload: names and kinds, never a key.</summary>
    public override string ToString() => _keys.IsEmpty ? "none" : $"[{string.Join(", ", All.Select(signer => $"{signer.RecordName} {signer.Key}"))}]";
}
