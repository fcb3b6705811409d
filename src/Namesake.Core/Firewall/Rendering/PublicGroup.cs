using System.Collections.Immutable;
using System.Net;

namespace Namesake.Core.Firewall.Rendering;

/// <summary>Those that leave under one public address: a rule for each on platforms whose rules take several sources.</summary>
internal sealed record PublicGroup(IPAddress Public, ImmutableArray<IPAddress> Locals)
{
    /// <summary>It has its address itself and must only be kept from other translations.</summary>
    public bool KeepsItsOwn => Locals is [var local] && local.Equals(Public);

    public static ImmutableArray<PublicGroup> Of(TranslationTable table)
    {
        table.RequireIPv4();
        return [.. table.Mappings.GroupBy(mapping => mapping.Public).OrderBy(group => group.Key, AddressOrder.Instance).Select(group => new PublicGroup(group.Key, [.. group.Select(mapping => mapping.Local)]))];
    }
}
