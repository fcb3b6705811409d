using System.Collections.Immutable;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Fencing;

/// <summary>When the outside's word holds a source, and when it releases it: verdicts.md §3 for the source; <see cref="LaneRules"/> for the lane.</summary>
/// <remarks>
/// A stranger's echo never holds a source: a receiver behind a proxy, or a hostile one, would stop a provider's mail. It takes a reflector, or two independent witnesses, or the
/// echo of an address that is ours but another source's. Two foreign addresses seen by such observers, or a contradiction that came again within the window, are a pool:
/// then one good sighting is luck, and several in a row are needed. Only sightings newer than the contradiction on new connections count for release, and only
/// those of witnesses and of whoever saw it wrong: another receiver may simply lie on another path.
/// </remarks>
public static class EgressRules
{
    public static EgressState Wrong(EgressState state, Observer observer, string address, bool isDeclared, DateTimeOffset at, string expected, IdentityOptions options)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentNullException.ThrowIfNull(options);
        var sighting = new ForeignSighting(observer.Site, observer.Host, observer.Network, address, at, observer.IsWitness, observer.IsReflector, isDeclared);
        var foreign = state.Foreign
            .Where(old => at - old.At <= options.SightingWindow && !(old.Observer == sighting.Observer && old.Address == sighting.Address))
            .Append(sighting).ToImmutableArray();
        state = state with { Foreign = foreign };
        if (state.Contradiction is null ? !IsEstablished(sighting, foreign) : !sighting.IsTrusted)
            return state;

        var onsets = state.Contradiction is null ? [.. state.Onsets.Where(onset => at - onset <= options.SightingWindow), at] : state.Onsets;
        var trusted = foreign.Where(old => old.IsTrusted).ToList();
        var addresses = trusted.OrderBy(old => old.At).Select(old => old.Address).Reverse().Distinct().Reverse().ToImmutableArray();
        var isPool = state.Contradiction is { IsPool: true } || addresses.Length > 1 || onsets.Length > 1;
        var since = state.Contradiction?.Since ?? at;
        return state with
        {
            Onsets = onsets,
            Contradiction = new Contradiction(since, at, addresses, isPool, Describe(trusted, isPool, expected)),
        };
    }

    public static EgressState Right(EgressState state, Observer observer, DateTimeOffset at, bool newConnection, IdentityOptions options)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentNullException.ThrowIfNull(options);
        var witnessed = observer.IsWitness || observer.IsReflector;
        if (state.Confirmed is null || state.Confirmed.At <= at)
            state = state with { Confirmed = new Proof(at, witnessed ? "witness" : "echo", observer.Host) };
        if (witnessed && (state.WitnessedAt is null || state.WitnessedAt < at))
            state = state with { WitnessedAt = at };
        if (!newConnection)
            return state;

        var wasForeign = state.Foreign.Any(old => old.Observer == observer.Site);
        var foreign = wasForeign ? state.Foreign.RemoveAll(old => old.Observer == observer.Site && old.At < at) : state.Foreign;
        if (state.Contradiction is not { } contradiction)
            return wasForeign ? state with { Foreign = foreign } : state;
        if (at <= contradiction.Latest || !(witnessed || wasForeign))
            return state;
        var inARow = contradiction.InARow + 1;
        return inARow >= (contradiction.IsPool ? options.PoolReleaseInARow : 1)
            ? state with { Contradiction = null, Foreign = [] }
            : state with { Contradiction = contradiction with { InARow = inARow } };
    }

    /// <summary>Whether a witness's word is wanted: somebody saw a foreign address and no witness has spoken since.</summary>
    public static bool IsDisputed(EgressState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Contradiction is not null || state.Foreign.Any(old => state.WitnessedAt is null || old.At >= state.WitnessedAt);
    }

    private static bool IsEstablished(ForeignSighting sighting, ImmutableArray<ForeignSighting> foreign) =>
        sighting.IsReflector || sighting.IsDeclared
        || (sighting.IsWitness && foreign.Any(other => other.IsWitness && other.IsIndependentOf(sighting)));

    private static string Describe(List<ForeignSighting> trusted, bool isPool, string expected)
    {
        var said = string.Join("; ", trusted.OrderBy(old => old.At).TakeLast(4).Select(old => $"{old.Host} sees us as {old.Address}{(old.IsDeclared ? ", the address of another source of ours" : "")}"));
        return isPool && trusted.Select(old => old.Address).Distinct().Count() < 2 ? $"{said}; at other times as {expected}" : said;
    }
}
