using Namesake.Core.Dns;

namespace Namesake.Core.Identity.Checks;

/// <summary>What a PTR target is worth as a name.</summary>
internal static class ReverseNames
{
    /// <summary>"localhost", a single label, or the root: the name belongs to no domain. PT-10.</summary>
    public static bool HasNoDomain(PointerRecord pointer) =>
        !pointer.Target.Contains('.', StringComparison.Ordinal) || pointer.Target is "localhost.localdomain"
        || pointer.Target.EndsWith(".localhost", StringComparison.Ordinal) || pointer.Target.EndsWith(".localdomain", StringComparison.Ordinal);

    /// <summary>As a list for people: a hostile zone may give thousands.</summary>
    public static string List(IEnumerable<string> names, int most = 5)
    {
        var all = names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return all.Count <= most ? string.Join(", ", all) : $"{string.Join(", ", all.Take(most))} and {all.Count - most} more";
    }
}
