using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net.Sockets;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>The pre-flight checks, in the order in which a hold names its cause: first what we control ourselves (it holds on every route), then what was written, then what
/// the outside sees, then DNS from the reverse zone to the name, then what several receivers say.</summary>
public static class IdentityChecks
{
    public static ImmutableArray<IdentityCheck> All { get; } =
    [
        new LocalAddressCheck(), new BoundSourceCheck(), new SaidNameCheck(), new NameSyntaxCheck(), new NameScopeCheck(), new PublicAddressCheck(), new UnsharedAddressCheck(), new OneNameCheck(),
        new OneAddressCheck(), new ObservedAddressCheck(),
        new PointerExistsCheck("PT-01", AddressFamily.InterNetwork), new PointerExistsCheck("PT-02", AddressFamily.InterNetworkV6), new PointerDomainCheck(), new ForwardConfirmedCheck(),
        new NameExistsCheck(), new NameAddressCheck(), new NameInPointersCheck(), new OnePointerCheck(), new AgreedRefusalCheck(),
    ];

    private static readonly FrozenDictionary<string, IdentityCheck> ById = All.ToFrozenDictionary(check => check.Id);

    public static IdentityCheck? Find(string id) => ById.GetValueOrDefault(id);

    public static ImmutableArray<CheckResult> Judge(IdentityFacts facts) => [.. All.Select(check => check.Judge(facts))];

    /// <summary>Only what local faults and the outside say: what a session can change between two looks at DNS.</summary>
    public static ImmutableArray<CheckResult> JudgeEgress(IdentityFacts facts) =>
        [.. All.Where(check => check.Kind is CheckKind.Local or CheckKind.Outside).Select(check => check.Judge(facts))];
}
