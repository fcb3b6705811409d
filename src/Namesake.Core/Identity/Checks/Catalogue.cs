using System.Collections.Frozen;
using System.Collections.Immutable;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>All checks there are, in the order of the catalogue: by group, then by number.</summary>
public static class Catalogue
{
    private static readonly string[] Groups = ["EG", "EH", "PT", "ZN", "AU", "TL", "V6", "RP", "FB"];

    public static ImmutableArray<IdentityCheck> All { get; } =
    [
        .. new[] { IdentityChecks.All, EgressAudit.All, EhloAudit.All, ReverseAudit.All, ZoneAudit.All, AuthenticationAudit.All, TlsAudit.All, V6Audit.All, V6NameChecks.All, ReputationAudit.All, FeedbackAudit.All }
            .SelectMany(group => group).OrderBy(check => Array.IndexOf(Groups, check.Id[..2])).ThenBy(check => check.Id, StringComparer.Ordinal),
    ];

    private static readonly FrozenDictionary<string, IdentityCheck> ById = All.ToFrozenDictionary(check => check.Id);

    public static IdentityCheck? Find(string id) => ById.GetValueOrDefault(id);

    /// <summary>One result of every check, in the catalogue's order.</summary>
    public static ImmutableArray<CheckResult> Judge(IdentityFacts facts) => [.. All.Select(check => check.Judge(facts))];
}
