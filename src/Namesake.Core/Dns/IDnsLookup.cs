using System.Collections.Immutable;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns;

/// <summary>The port to DNS. No method throws for what DNS says or doesn't say: trouble is an outcome.</summary>
public interface IDnsLookup
{
    /// <summary>Asks the configured resolvers in turn, remembering answers for their TTL (absences too, RFC 2308).</summary>
    Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation);

    /// <summary>Asks the configured resolvers past our own memory. The resolver's own cache may still answer.</summary>
    Task<DnsAnswer> AskFreshAsync(DomainName name, RecordType type, CancellationToken cancellation);

    /// <summary>Asks each of the configured resolvers, past our own memory. One that was silent a moment ago is not asked again.</summary>
    async Task<ImmutableArray<DnsAnswer>> AskEachAsync(DomainName name, RecordType type, CancellationToken cancellation) => [await AskFreshAsync(name, type, cancellation)];

    /// <summary>Asks every authoritative server of the name's zone directly. When the resolver itself answered with authority, that answer is one of them.</summary>
    Task<AuthoritativeAnswers> AskAuthoritativeAsync(DomainName name, RecordType type, CancellationToken cancellation);

    /// <summary>Whether our own resolving is in doubt: questions were asked since the last definite answer and none got one (FB-09).</summary>
    bool ResolvingInDoubt { get; }
}
