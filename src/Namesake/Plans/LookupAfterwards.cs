using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Plans;

/// <summary>DNS as it will be when the wanted names lead to their addresses: an SPF record that names them (<c>a</c>, <c>a:mail.acme.example</c>) is right then, and needs nothing merged.</summary>
internal sealed class LookupAfterwards(IDnsLookup dns, ImmutableArray<WantedIdentity> wanted) : IDnsLookup
{
    private readonly ILookup<(DomainName, RecordType), WantedIdentity> _names = wanted.ToLookup(identity =>
        ((DomainName)identity.Ehlo, identity.Public.RecordType()));

    public bool ResolvingInDoubt => dns.ResolvingInDoubt;

    public async Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation) => Afterwards(await dns.AskAsync(name, type, cancellation));

    public async Task<DnsAnswer> AskFreshAsync(DomainName name, RecordType type, CancellationToken cancellation) => Afterwards(await dns.AskFreshAsync(name, type, cancellation));

    public async Task<AuthoritativeAnswers> AskAuthoritativeAsync(DomainName name, RecordType type, CancellationToken cancellation)
    {
        var now = await dns.AskAuthoritativeAsync(name, type, cancellation);
        return now with { Answers = [.. now.Answers.Select(Afterwards)] };
    }

    /// <summary>What isn't known now is not known then either.</summary>
    private DnsAnswer Afterwards(DnsAnswer now)
    {
        var coming = _names[(now.Name, now.Type)].Select(identity => identity.Public).Except(now.Addresses).ToList();
        return coming.Count == 0 || !now.IsDefinite ? now : now with { Outcome = DnsOutcome.Answer, Records = [.. now.Records, .. coming.Select(address => new AddressRecord(address, now.Ttl))] };
    }
}
