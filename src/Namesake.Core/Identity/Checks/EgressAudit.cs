using System.Collections.Immutable;

namespace Namesake.Core.Identity.Checks;

/// <summary>The checks of group EG that are looked at in an audit and stop no delivery by themselves.</summary>
public static class EgressAudit
{
    public static ImmutableArray<IdentityCheck> All { get; } = [];
}
