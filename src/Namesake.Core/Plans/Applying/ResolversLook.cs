using System.Collections.Immutable;
using System.Globalization;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Plans.Applying;

internal enum ResolverState
{
    /// <summary>It says what the zone's servers say.</summary>
    Shows,

    /// <summary>It says something else, from its memory: until <see cref="ResolverSight.Until"/> it may.</summary>
    Remembers,

    /// <summary>SERVFAIL, where the zone's own servers answer.</summary>
    Fails,

    /// <summary>It could not be asked.</summary>
    Silent,
}

/// <summary>What one of the configured resolvers says of a record.</summary>
/// <param name="Until">When the last of its memory ends; null where it remembers nothing else.</param>
/// <param name="Words">For a person; empty where it shows it.</param>
internal sealed record ResolverSight(string Server, ResolverState State, DateTimeOffset? Until, string Words);

/// <summary>The configured resolvers' view of records that the zones' own servers show.</summary>
/// <remarks>It is told and decides nothing by itself: what a resolver remembers of before is right within its TTL, and our resolvers aren't receivers' ones. That it knows better than the zone's servers even when its memory has ended
/// is another matter: <see cref="ServersLook"/>.</remarks>
internal static class ResolversLook
{
    public static async Task<ImmutableArray<ResolverSight>> LookAsync(IDnsLookup dns, DomainName name, RecordType type, Func<DnsAnswer, bool> isRight, CancellationToken cancellation)
    {
        var answers = await dns.AskEachAsync(name, type, cancellation);
        // One that serves the zone itself was asked among the zone's servers.
        return [.. answers.Where(answer => !(answer.IsDefinite && answer.Authoritative)).Select(answer => SightOf(answer, $"{type.Word()} {name}", isRight(answer)))];
    }

    private static ResolverSight SightOf(DnsAnswer answer, string title, bool isRight)
    {
        if (!answer.IsDefinite)
            return answer.Outcome == DnsOutcome.ServerFailure
                ? new(answer.Server, ResolverState.Fails, null, $"{title}: {answer.Server} fails (SERVFAIL), where the zone's servers answer: perhaps DNSSEC, a change that isn't signed or a chain of trust that is broken")
                : new(answer.Server, ResolverState.Silent, null, $"{title}: {answer.Server} {answer.Outcome.Words()}");
        if (isRight)
            return new(answer.Server, ResolverState.Shows, null, "");
        var until = answer.At + answer.Ttl;
        return new(answer.Server, ResolverState.Remembers, until, string.Create(CultureInfo.InvariantCulture, $"{title}: {answer.Server} says {RecordWords.Said(answer)}, old until {until.ToUniversalTime():HH:mm:ss} UTC"));
    }
}
