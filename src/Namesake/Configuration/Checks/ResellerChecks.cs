using Namesake.Configuration.Sections;

namespace Namesake.Configuration.Checks;

/// <summary>Each reseller once, and no brand of one who isn't there.</summary>
internal static class ResellerChecks
{
    public static void Run(ConfigurationDraft draft, Problems problems)
    {
        Duplicates.Report(draft.Resellers.Select(reseller => reseller.Id), "resellers: the id", problems);
        var known = draft.Resellers.Where(reseller => reseller.Id is not null).Select(reseller => reseller.Id!.Value.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var brand in draft.Brands)
            if (brand.Reseller is { } named && !known.Contains(named.Value.Value))
                problems.Error(named.At, $"brands: {brand.Title}: there is no reseller \"{named.Value}\"{(problems.IsFull ? "" : Spelling.Hint(named.Value.Value, known))}");
    }
}
