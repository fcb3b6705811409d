using System.Collections.Immutable;

namespace Namesake.Core.Identity.Checks;

/// <summary>The checks of group FB that are looked at in an audit and stop no delivery by themselves. FB-01 does, and stands with those that are looked at before.</summary>
public static class FeedbackAudit
{
    public static ImmutableArray<IdentityCheck> All { get; } = [new ContradictedRefusalCheck(), new QuotedAddressCheck(), new ShownNameCheck(), new ShownPointerCheck()];
}
