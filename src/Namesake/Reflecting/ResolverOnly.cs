using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Reflecting;

/// <summary>Asks our resolvers and nobody else. A stranger chooses the names a reflector looks at, and with them the name servers: those must not be asked directly, or strangers
/// could have us send packets to hosts of their choice, inside our network too.</summary>
internal sealed class ResolverOnly(IDnsLookup dns) : IDnsLookup
{
    public bool ResolvingInDoubt => dns.ResolvingInDoubt;

    public Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation) => dns.AskAsync(name, type, cancellation);

    public Task<DnsAnswer> AskFreshAsync(DomainName name, RecordType type, CancellationToken cancellation) => dns.AskFreshAsync(name, type, cancellation);

    public Task<AuthoritativeAnswers> AskAuthoritativeAsync(DomainName name, RecordType type, CancellationToken cancellation) =>
        Task.FromResult(new AuthoritativeAnswers(null, [], "only the resolver is asked"));
}
