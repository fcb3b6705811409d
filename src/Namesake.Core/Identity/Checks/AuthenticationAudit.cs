using System.Collections.Immutable;

namespace Namesake.Core.Identity.Checks;

/// <summary>The checks of group AU that are looked at in an audit and stop no delivery by themselves.</summary>
public static class AuthenticationAudit
{
    public static ImmutableArray<IdentityCheck> All { get; } =
    [
        new SpfAuthorisesCheck(), new SpfOfEhloCheck(), new SpfSoundCheck(), new DkimKeyCheck(), new DmarcCheck(), new BounceCheck(), new OutputNamesCheck(), new RelationCheck(),
        new OperatorMailboxesCheck(), new OperatorPageCheck(), new ReportedSendersCheck(),
    ];
}
