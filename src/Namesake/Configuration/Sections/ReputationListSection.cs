using Namesake.Configuration.Forms;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

/// <summary>One DNS list.</summary>
internal static class ReputationListSection
{
    public static readonly Key<DomainName> Zone = Key.Required("zone", Form.Domain, "Below it addresses and names are asked for. A zone with a subscriber's key may come from the environment: `${env:NAME}`.");
    public static readonly Key<ListKind> Kind = Key.Optional("kind", Form.Words<ListKind>(),
        "What it lists: addresses that should not send mail (`policy`), machines somebody else controls (`exploited`), sources of spam (`css`), domains (`domain`). Lists we know how to read need none.");
    public static readonly Key<bool> ListsV6 = Key.Optional("ipv6", Form.YesOrNo, false, "It lists IPv6 addresses too. Of lists we know that is known.");

    public static readonly Section Section = new("reputation.lists[]",
        "DNS lists (RFC 5782) that an audit asks about public addresses and EHLO names. Which are known, and on what terms each may be asked: [lists.md](lists.md).", [Zone, Kind, ListsV6]);

    /// <summary>Null when something is missing or wrong; that has been reported.</summary>
    public static DnsList? Read(SectionReader reader, Reading reading)
    {
        var kind = reader.Find(Kind);
        var listsV6 = reader.Get(ListsV6);
        if (reader.Find(Zone) is not { Value: var zone, At: var at })
            return null;
        if (KnownLists.Find(zone) is { } known)
        {
            if (kind is { } said && !known.Kinds.Contains(said.Value))
                reading.Problems.Error(said.At, $"reputation: lists: {known.Title} lists {string.Join(" and ", known.Kinds.Select(each => Kind.Form.Show(each)))}: leave kind out");
            return known;
        }
        if (kind is null)
        {
            reading.Problems.Error(at, "reputation: lists: kind: is missing, and this list is none we know how to read: say what it lists (policy, exploited, css, domain)");
            return null;
        }
        return new DnsList(zone, kind.Value) { ListsV6 = listsV6 };
    }
}
