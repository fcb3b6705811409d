using System.Collections.Concurrent;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Authentication;

/// <summary>One look asks each question once: policies of several domains include the same others.</summary>
internal sealed class RememberedLookup(IDnsLookup dns) : IDnsLookup
{
    private readonly ConcurrentDictionary<(DomainName, RecordType), Lazy<Task<DnsAnswer>>> _asked = new();
    private readonly ConcurrentDictionary<(DomainName, RecordType), Lazy<Task<AuthoritativeAnswers>>> _askedServers = new();

    public bool ResolvingInDoubt => dns.ResolvingInDoubt;

    public Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation) => AskFreshAsync(name, type, cancellation);

    public async Task<DnsAnswer> AskFreshAsync(DomainName name, RecordType type, CancellationToken cancellation)
    {
        var asking = _asked.GetOrAdd((name, type), _ => new Lazy<Task<DnsAnswer>>(() => dns.AskFreshAsync(name, type, cancellation)));
        try
        {
            return await asking.Value.WaitAsync(cancellation);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Who asked first ran out of time; we have not.
            return await dns.AskFreshAsync(name, type, cancellation);
        }
    }

    public Task<AuthoritativeAnswers> AskAuthoritativeAsync(DomainName name, RecordType type, CancellationToken cancellation) =>
        _askedServers.GetOrAdd((name, type), _ => new Lazy<Task<AuthoritativeAnswers>>(() => dns.AskAuthoritativeAsync(name, type, cancellation))).Value;
}
