using System.Globalization;
using Namesake.Configuration.Sections;
using Namesake.Core.Brands;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Checks;

/// <summary>What only shows when brands are compared with each other and with the sources.</summary>
internal static class BrandChecks
{
    /// <summary>A shorter SRS key could be found by trying; then anybody could relay through the rewritten addresses.</summary>
    private const int ShortestSecret = 16;

    public static void Run(ConfigurationDraft draft, Problems problems)
    {
        Duplicates.Report(draft.Brands.Select(brand => brand.Id), "brands: the id", problems);
        var owners = OwnersOfDomains(draft, problems);
        var sources = draft.Sources.Where(source => source.Id is not null).Select(source => source.Id!.Value.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var brand in draft.Brands)
        {
            CheckSources(brand, sources, problems);
            CheckOneStays(brand, draft, problems);
            CheckSrs(brand, problems);
            if (brand.ReturnPathDomain is { } domain && owners.TryGetValue(domain.Value, out var owner) && owner != brand)
                problems.Error(domain.At, $"brands: returnPathDomain {domain.Value} is a sender domain of brand {owner.Title}: a brand's mail must not show another");
        }
        CheckReturnPaths(draft, problems);
    }

    private static Dictionary<DomainName, BrandDraft> OwnersOfDomains(ConfigurationDraft draft, Problems problems)
    {
        var owners = new Dictionary<DomainName, BrandDraft>();
        var places = new Dictionary<DomainName, Place>();
        foreach (var brand in draft.Brands)
            foreach (var domain in brand.SenderDomains)
                if (owners.TryAdd(domain.Value, brand))
                    places[domain.Value] = domain.At;
                else if (owners[domain.Value] == brand)
                    problems.Error(domain.At, $"brands: senderDomains names {domain.Value} twice: remove one");
                else
                    problems.Error(domain.At, string.Create(CultureInfo.InvariantCulture,
                        $"brands: the sender domain {domain.Value} belongs to brand {owners[domain.Value].Title} already (line {places[domain.Value].Line}): whose mail would it be?"));
        return owners;
    }

    private static void CheckSources(BrandDraft brand, HashSet<string> known, Problems problems)
    {
        Duplicates.Report(brand.Sources, $"brands: {brand.Title}: the source", problems);
        foreach (var source in brand.Sources)
            if (!known.Contains(source.Value.Value))
                problems.Error(source.At, $"brands: {brand.Title}: there is no source \"{source.Value}\"{(problems.IsFull ? "" : Spelling.Hint(source.Value.Value, known))}");
    }

    private static void CheckOneStays(BrandDraft brand, ConfigurationDraft draft, Problems problems)
    {
        var own = draft.Sources.Where(source => source.Id is { } id && brand.Sources.Any(named => named.Value == id.Value)).ToList();
        if (own.Count > 0 && own.TrueForAll(source => source.Retiring))
            problems.Error(brand.Sources[0].At, $"brands: {brand.Title}: all its sources are retiring, so its mail would wait for ever: give it another first");
    }

    private static void CheckSrs(BrandDraft brand, Problems problems)
    {
        if (brand.SrsSecret is { } secret && secret.Value.Length < ShortestSecret)
            problems.Error(secret.At, string.Create(CultureInfo.InvariantCulture, $"brands: {brand.Title}: srsSecret has fewer than {ShortestSecret} characters and could be found by trying"));
        if (brand is { ForeignSenders: { Value: ForeignSenders.Srs } foreign, SaysSrsSecret: false })
            problems.Error(foreign.At, $"brands: {brand.Title}: foreignSenders: srs needs srsSecret or srsSecretFile, which signs the rewritten addresses");
    }

    // Two brands behind one return-path domain: an SRS bounce would be checked with the wrong brand's key.
    private static void CheckReturnPaths(ConfigurationDraft draft, Problems problems)
    {
        var users = new Dictionary<DomainName, BrandDraft>();
        foreach (var brand in draft.Brands)
            if (brand.ReturnPathDomain is { } domain && !users.TryAdd(domain.Value, brand))
                problems.Error(domain.At, $"brands: returnPathDomain {domain.Value} is brand {users[domain.Value].Title}'s already: each brand needs its own");
    }
}
