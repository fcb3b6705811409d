using System.Globalization;
using System.Net;
using Namesake.Configuration.Sections;

namespace Namesake.Configuration.Checks;

/// <summary>Two brands behind one source or one public address: only on purpose (<c>shared: true</c>), and under a neutral name.</summary>
internal static class SharedSourceChecks
{
    public static void Run(ConfigurationDraft draft, Problems problems)
    {
        var uses = Uses(draft);
        foreach (var source in draft.Sources)
        {
            var brands = uses.GetValueOrDefault(source.Title, []);
            if (brands.Count == 0 && source.Id is not null)
                problems.Warning(source.At, $"sources: {source.Title}: no brand uses it");
            var users = brands.Select(use => use.Brand).Distinct().ToList();
            if (users.Count > 1 && !source.Shared)
                problems.Error(brands.First(use => use.Brand == users[1]).At, string.Create(CultureInfo.InvariantCulture,
                    $"sources: {source.Title} (line {source.At.Line}) is used by the brands {Names(users)} and doesn't say \"shared: true\": to receivers they would be one sender"));
            if (users.Count > 1 && source.Ehlo is { } name && users.FirstOrDefault(brand => brand.SenderDomains.Any(domain => name.Value.Domain.IsEqualOrUnder(domain.Value))) is { } bearer)
                problems.Warning(name.At, $"sources: {source.Title}: the shared name {name.Value} is brand {bearer.Title}'s own; mail of {Names(users.Where(brand => brand != bearer))} would bear it: a shared source should have a neutral name");
        }
        CheckPublicAddresses(draft, uses, problems);
    }

    // EG-09: the receivers see public addresses, not our sources.
    private static void CheckPublicAddresses(ConfigurationDraft draft, Dictionary<string, List<(BrandDraft Brand, Place At)>> uses, Problems problems)
    {
        var behind = draft.Sources.Where(source => source.PublicAddress is not null).GroupBy(source => source.PublicAddress!.Value);
        foreach (IGrouping<IPAddress, SourceDraft> group in behind)
        {
            if (group.Count() == 1)
                continue;
            var users = group.SelectMany(source => uses.GetValueOrDefault(source.Title, []).Select(use => use.Brand)).Distinct().ToList();
            if (users.Count > 1 && group.FirstOrDefault(source => !source.Shared && uses.GetValueOrDefault(source.Title, []).Count > 0) is { } closed)
                problems.Error(closed.PublicAddress!.At, $"EG-09: sources: {closed.Title}: the public address {group.Key} is used by the brands {Names(users)}, through several sources; each of them must say \"shared: true\"");
        }
    }

    private static Dictionary<string, List<(BrandDraft Brand, Place At)>> Uses(ConfigurationDraft draft)
    {
        var uses = new Dictionary<string, List<(BrandDraft, Place)>>(StringComparer.Ordinal);
        foreach (var brand in draft.Brands)
            foreach (var source in brand.Sources)
            {
                if (!uses.TryGetValue(source.Value.Value, out var list))
                    uses[source.Value.Value] = list = [];
                list.Add((brand, source.At));
            }
        return uses;
    }

    private static string Names(IEnumerable<BrandDraft> brands) => string.Join(", ", brands.Select(brand => brand.Title).Take(5));
}
