using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Clients;

/// <summary>DNS as a receiver asks it for every client: its own resolver, answers remembered for as long as they may be. A zone's servers are not troubled for strangers that agree.</summary>
internal sealed class ResolverWord(IDnsLookup dns, TimeProvider time) : IDnsLookup
{
    public bool ResolvingInDoubt => dns.ResolvingInDoubt;

    /// <remarks>An answer from memory has lived a part of its time already, and what is built on it has only the rest.</remarks>
    public async Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation)
    {
        var answer = await dns.AskAsync(name, type, cancellation);
        var age = time.GetUtcNow() - answer.At;
        return age <= TimeSpan.Zero ? answer : answer with { Ttl = answer.Ttl > age ? answer.Ttl - age : TimeSpan.Zero };
    }

    public Task<DnsAnswer> AskFreshAsync(DomainName name, RecordType type, CancellationToken cancellation) => AskAsync(name, type, cancellation);

    public Task<AuthoritativeAnswers> AskAuthoritativeAsync(DomainName name, RecordType type, CancellationToken cancellation) =>
        Task.FromResult(new AuthoritativeAnswers(null, [], null));
}
