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
        .. new[]
        {
            IdentityChecks.All, EgressAudit.All, EhloAudit.All, ReverseAudit.All, ZoneAudit.All, AuthenticationAudit.All, TlsAudit.All, V6Audit.All, V6NameChecks.All, ReputationAudit.All, FeedbackAudit.All,
            AuditorChecks.All, ConsistencyChecks.All,
        }
            .SelectMany(group => group).OrderBy(check => Array.IndexOf(Groups, check.Id[..2])).ThenBy(check => check.Id, StringComparer.Ordinal),
    ];

    /// <summary>Those that are looked at in an audit alone, and hold only where an operator says so.</summary>
    public static ImmutableArray<IdentityCheck> Audited { get; } = [.. All.Where(check => IdentityChecks.Find(check.Id) is null)];

    private static readonly FrozenDictionary<string, IdentityCheck> ById = All.ToFrozenDictionary(check => check.Id);

    public static IdentityCheck? Find(string id) => ById.GetValueOrDefault(id);

    /// <summary>One result of every check, in the catalogue's order. While our own resolving can't be believed (FB-09), nobody can tell what DNS really says.</summary>
    public static ImmutableArray<CheckResult> Judge(IdentityFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var distrusted = facts.Auditor?.IsDistrusted == true;
        return [.. All.Select(check => distrusted && check.Kind == CheckKind.Dns ? Doubted(check.Judge(facts)) : check.Judge(facts))];
    }

    private static CheckResult Doubted(CheckResult result) => result.Outcome is CheckOutcome.Pass or CheckOutcome.Bad
        ? result with { Outcome = CheckOutcome.Unknown, Cause = UnknownCause.Trouble, Fix = "", Seen = $"{result.Seen}; our own resolving can't be believed (FB-09)" }
        : result;
}
