using System.Collections.Immutable;

namespace Namesake.Core.Identity.Checks;

/// <summary>The checks of group RP that are looked at in an audit and stop no delivery by themselves.</summary>
public static class ReputationAudit
{
    public static ImmutableArray<IdentityCheck> All { get; } = [];
}
