using System.Collections.Immutable;

namespace Namesake.Core.Identity.Checks;

/// <summary>The checks of group ZN that are looked at in an audit and stop no delivery by themselves.</summary>
public static class ZoneAudit
{
    public static ImmutableArray<IdentityCheck> All { get; } = [];
}
