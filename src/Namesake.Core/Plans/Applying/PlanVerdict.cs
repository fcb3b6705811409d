using System.Collections.Immutable;
using Namesake.Core.Firewall;
using Namesake.Core.Plans.Journal;

namespace Namesake.Core.Plans.Applying;

/// <summary>What follows from what the outside sees.</summary>
/// <remarks>A plan for translation stands or falls with the address: unseen is not good enough, for nothing else proves that the rule does what it says. A plan for DNS has been seen at the zones' own servers step by
/// step; an address that can't be seen is no reason to take it back, one that is seen to be another is. What the plan leaves undone, such as a PTR record in somebody else's zone, doesn't count against it; neither does
/// an identity that none of its changes is about: taking the plan back would not put that right.</remarks>
internal static class PlanVerdict
{
    /// <returns>Null: it may be confirmed. Else why it is taken back.</returns>
    public static string? Against(Plan plan, ImmutableArray<SeenIdentity> seen, ApplyWish wish)
    {
        var wrong = seen.Where(identity => identity.Address == SeenVerdict.Disagrees && plan.Changes.Any(change => change.IsAbout(identity.Wanted))).ToList();
        if (wrong.Count > 0)
            return $"the outside sees something else: {Words(wrong)}";
        if (wish.AcceptUnseen)
            return null;
        // Mappings that the plan asks nobody about are refused before it begins: PlanGuard.
        var mapped = Made(plan).Select(mapping => mapping.Local).ToHashSet();
        var unseen = seen.Where(identity => identity.Address == SeenVerdict.NotSeen && mapped.Contains(identity.Wanted.Local)).ToList();
        return unseen.Count == 0 ? null : $"nobody outside could say which address is seen: {Words(unseen)}. If that is accepted, apply with --unseen";
    }

    /// <summary>What could not be seen, in words.</summary>
    public static IEnumerable<string> Unseen(Plan plan, ImmutableArray<SeenIdentity> seen) =>
        seen.Where(identity => identity.Address == SeenVerdict.NotSeen).Select(identity => identity.Wanted.Local).Concat(Unasked(plan, seen).Select(mapping => mapping.Local)).Distinct()
            .Select(local => $"which address {local} leaves under");

    public static string Summary(ImmutableArray<SeenIdentity> seen) =>
        $"{seen.Count(identity => identity.Address == SeenVerdict.Agrees)} of {seen.Length} addresses and {seen.Count(identity => identity.Names == SeenVerdict.Agrees)} of {seen.Length} names are seen as wanted";

    /// <summary>Mappings that the plan makes and asks nobody about: who leaves the wish out of a plan's file has proven nothing.</summary>
    private static IEnumerable<Mapping> Unasked(Plan plan, ImmutableArray<SeenIdentity> seen) => Made(plan).ExceptBy(seen.Select(identity => (identity.Wanted.Local, identity.Wanted.Public)), mapping => (mapping.Local, mapping.Public));

    /// <summary>What the plan itself decides.</summary>
    public static IEnumerable<Mapping> Made(Plan plan) => plan.Changes.OfType<TranslationChange>().SelectMany(change => (change.New?.Mappings ?? []).Except(change.Old?.Mappings ?? []));

    /// <summary>What is seen otherwise and decides nothing, in words: another's PTR record, an identity that the plan changes nothing of.</summary>
    public static IEnumerable<string> Otherwise(ImmutableArray<SeenIdentity> seen) =>
        from identity in seen
        where identity.Address == SeenVerdict.Disagrees || identity.Names == SeenVerdict.Disagrees
        select $"{identity.Wanted.Local} as {identity.Wanted.Public}, {identity.Wanted.Ehlo} ({string.Join(", ", identity.Words.Take(6))})";

    private static string Words(IEnumerable<SeenIdentity> identities) =>
        string.Join("; ", identities.Take(5).Select(identity => $"{identity.Wanted.Local} as {identity.Wanted.Public}: {string.Join(", ", identity.Words.Take(4))}"));
}
