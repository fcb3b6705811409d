using System.Collections.Immutable;
using System.Net.Sockets;
using Namesake.Core.Identity.Checks;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Facts;

/// <summary>One host name as DNS shows it.</summary>
/// <param name="Name">Lower case, A-labels.</param>
/// <param name="Sibling">A or AAAA (the source's family) of a name beside it that nobody has made: whatever it answers is a wildcard's. Null: not asked, because the name is
/// right below a registry or has no address.</param>
public sealed record NameView(string Name, DnsEvidence V4, DnsEvidence V6, DnsEvidence? Sibling)
{
    public DnsEvidence Of(AddressFamily family) => family == AddressFamily.InterNetwork ? V4 : V6;

    /// <summary>Where CNAMEs lead from it; empty when it is a name of its own.</summary>
    public ImmutableArray<DomainName> Aliases => V4.Aliases.IsEmpty ? V6.Aliases : V4.Aliases;

    /// <summary>It has no address of either family.</summary>
    public CheckOutcome HasAddress => (V4.Ask(voice => voice.Addresses.Any()), V6.Ask(voice => voice.Addresses.Any())) switch
    {
        (CheckOutcome.Pass, _) or (_, CheckOutcome.Pass) => CheckOutcome.Pass,
        (CheckOutcome.Bad, CheckOutcome.Bad) => CheckOutcome.Bad,
        _ => CheckOutcome.Unknown,
    };

    /// <summary>What it answers is what any name beside it would answer.</summary>
    public bool LooksLikeWildcard => Sibling is { IsDefinite: true } sibling && sibling.Addresses.Any()
        && sibling.Addresses.ToHashSet().SetEquals((sibling.Type == V4.Type ? V4 : V6).Addresses);
}
