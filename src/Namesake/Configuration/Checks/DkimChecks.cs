using System.Globalization;
using Namesake.Configuration.Sections;
using Namesake.Core.Brands;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Dkim;

namespace Namesake.Configuration.Checks;

/// <summary>Loads the brands' DKIM keys, and says what is wrong with them before a receiver does.</summary>
internal static class DkimChecks
{
    /// <summary>What signers should use at least. RFC 8301 §3.2</summary>
    private const int GoodRsaBits = 2048;

    public static Dictionary<BrandDraft, BrandDkim> Load(ConfigurationDraft draft, Reading reading)
    {
        var loaded = new Dictionary<BrandDraft, BrandDkim>(ReferenceEqualityComparer.Instance);
        foreach (var brand in draft.Brands.Where(brand => !brand.Dkim.IsEmpty))
        {
            CheckSelectors(brand, reading.Problems);
            var keys = brand.Dkim.Select(entry => Load(brand, entry, reading)).OfType<List<DkimSigner>>().ToList();
            if (keys.Count == brand.Dkim.Length && keys.TrueForAll(key => key[0].Key.Algorithm == DkimAlgorithm.Ed25519Sha256))
                reading.Problems.Warning(brand.Dkim[0].At, $"brands: {brand.Title}: dkim has Ed25519 keys only, which many receivers can't verify: add an RSA key beside them");
            loaded[brand] = new BrandDkim(keys);
        }
        return loaded;
    }

    private static List<DkimSigner>? Load(BrandDraft brand, DkimDraft draft, Reading reading)
    {
        var own = new[] { brand.ReturnPathDomain }.Concat(brand.SenderDomains).OfType<Placed<DomainName>>().Select(domain => domain.Value).Distinct().ToList();
        if (draft.Domain is { } named && own.Count > 0 && !own.Contains(named.Value))
            reading.Problems.Error(named.At, $"brands: {brand.Title}: dkim: domain {named.Value} is none of the brand's: a brand signs as one of its senderDomains ({Some(own)}) or its returnPathDomain");
        if (draft.KeyFile is not { } file || PemFile.Read(file, $"brands: {brand.Title}: dkim: keyFile", reading) is not { } pem)
            return null;
        FilePermissions.WarnWhenOthersRead(reading.Resolve(file.Value), file.At, $"brands: {brand.Title}: dkim: keyFile", reading);
        if (!DkimKey.TryRead(pem, out var key, out var error))
        {
            reading.Problems.Error(file.At, $"brands: {brand.Title}: dkim: keyFile {file.Value}: {error}");
            return null;
        }
        if (key.Algorithm == DkimAlgorithm.RsaSha256 && key.Bits < GoodRsaBits)
            reading.Problems.Warning(file.At, string.Create(CultureInfo.InvariantCulture, $"brands: {brand.Title}: dkim: keyFile {file.Value} has {key.Bits} bits; {GoodRsaBits} are right (RFC 8301)"));
        if (draft.Selector is not { } selector)
            return null;
        var signers = new List<DkimSigner>();
        foreach (var domain in draft.Domain is { } one ? [one.Value] : own)
            if (DkimSigner.TryCreate(domain, selector.Value, key, out var signer, out var fault))
                signers.Add(signer);
            else
            {
                reading.Problems.Error(selector.At, $"brands: {brand.Title}: dkim: {fault}");
                break;
            }
        return signers.Count == 0 ? null : signers;
    }

    // One record can't hold two keys: every second message would fail.
    private static void CheckSelectors(BrandDraft brand, Problems problems)
    {
        for (var i = 0; i < brand.Dkim.Length; i++)
            for (var j = 0; j < i; j++)
                if (brand.Dkim[i].Selector is { } selector && brand.Dkim[j].Selector is { } earlier && string.Equals(selector.Value, earlier.Value, StringComparison.OrdinalIgnoreCase)
                    && (brand.Dkim[i].Domain is not { } domain || brand.Dkim[j].Domain is not { } other || domain.Value == other.Value))
                    problems.Error(selector.At, string.Create(CultureInfo.InvariantCulture,
                        $"brands: {brand.Title}: dkim: the selector {selector.Value} stands for another key in line {earlier.At.Line} already: give each key its own"));
    }

    private static string Some(List<DomainName> domains) => string.Join(", ", domains.Take(3)) + (domains.Count > 3 ? ", …" : "");
}
