using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>Finds those who send mail behind a source's public address without being a source of ours, among the connections of a node that translates. For RP-05.</summary>
public static class SharedWayOut
{
    /// <summary>Hosts that are named: a person needs the first few.</summary>
    private const int Most = 20;

    /// <param name="connections">Connections to port 25 whose answers come to the source's public address.</param>
    /// <param name="isWhole">Nothing of the table was left out.</param>
    /// <returns>Null: it can't be seen here that there are none, for the address may be put on by another machine.</returns>
    public static ImmutableArray<OtherSender>? OthersOn(IdentityFacts basis, IEnumerable<LiveConnection> connections, bool isWhole)
    {
        ArgumentNullException.ThrowIfNull(basis);
        ArgumentNullException.ThrowIfNull(connections);
        // Sources may share a public address only under one name: all of them are in the pool (EG-09).
        var ours = basis.Pool.Where(source => source.PublicAddress.Equals(basis.Source.PublicAddress)).Select(source => source.LocalAddress).Append(basis.Source.LocalAddress).ToHashSet();
        var isMadeHere = basis is { Source.IsTranslated: false, Bind.Works: true };
        var others = new Dictionary<IPAddress, int>();
        foreach (var one in connections.Where(one => one.Outside.Equals(basis.Source.PublicAddress)))
            if (ours.Contains(one.Local))
                isMadeHere = true;
            // A visit to our own port 25 round the corner, or to a host inside, shows nobody outside an address.
            else if (IsOutside(basis, one.Remote))
                others[one.Local] = others.GetValueOrDefault(one.Local) + 1;
        if (others.Count == 0)
            return isMadeHere && isWhole ? [] : null;
        return [.. others.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.ToString(), StringComparer.Ordinal).Take(Most)
            .Select(pair => new OtherSender(pair.Key.ToString(), "this node's connection table"))];
    }

    private static bool IsOutside(IdentityFacts basis, IPAddress remote) =>
        !remote.Equals(basis.Source.PublicAddress) && (SpecialAddresses.IsPublic(remote) || basis.TreatAsPublic.Any(range => range.Contains(remote)));
}
