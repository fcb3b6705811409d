using System.Collections.Immutable;

namespace Namesake.Core.Identity.Checks;

/// <summary>The checks of group ZN that are looked at in an audit and stop no delivery by themselves.</summary>
public static class ZoneAudit
{
    public static ImmutableArray<IdentityCheck> All { get; } =
    [
        new ReverseServersAgreeCheck(), new NameServersAgreeCheck(), new ResolversAgreeCheck(), new ServersAnswerCheck(), new SignaturesValidCheck(), new ClasslessReverseCheck(),
        new DelegationCheck(), new OneViewCheck(), new NegativeCachingCheck(), new WriteAuthorityCheck(), new OwnRecordsCheck(), new SerialsCheck(),
    ];
}
