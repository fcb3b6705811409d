using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>A DNS without a record: every domain a test can reach has a route. What it says of the others is up to the test.</summary>
internal sealed class SilentDns(TimeProvider time) : IDnsLookup
{
    public DnsOutcome Outcome { get; set; } = DnsOutcome.NameError;

    /// <summary>Names that have addresses all the same.</summary>
    public Dictionary<string, IPAddress[]> Addresses { get; } = [];

    /// <summary>What stands at every name, when the outcome is an answer; each look-up gets those of its type.</summary>
    public ImmutableArray<DnsRecord> Records { get; set; } = [];

    /// <summary>A fault of ours on the way to an answer.</summary>
    public Exception? Fault { get; set; }

    public bool ResolvingInDoubt => false;

    public Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation) => Fault is { } fault
        ? Task.FromException<DnsAnswer>(fault)
        : Addresses.GetValueOrDefault(name.Value) is { } addresses && type is RecordType.A or RecordType.Aaaa ? Task.FromResult(Answer(name, type, addresses))
        : Task.FromResult(new DnsAnswer(name, type, Outcome, Of(type), [], TimeSpan.FromMinutes(10), false, false, "test", time.GetUtcNow()));

    private ImmutableArray<DnsRecord> Of(RecordType type) => Outcome != DnsOutcome.Answer ? [] : [.. Records.Where(record => record switch
    {
        MXRecord => type == RecordType.MX,
        AddressRecord { Address.AddressFamily: AddressFamily.InterNetwork } => type == RecordType.A,
        _ => false,
    })];

    private DnsAnswer Answer(DomainName name, RecordType type, IPAddress[] addresses)
    {
        var ttl = TimeSpan.FromMinutes(10);
        var family = type == RecordType.A ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        ImmutableArray<DnsRecord> records = [.. addresses.Where(address => address.AddressFamily == family).Select(address => new AddressRecord(address, ttl))];
        return new DnsAnswer(name, type, records.IsEmpty ? DnsOutcome.NoData : DnsOutcome.Answer, records, [], ttl, false, false, "test", time.GetUtcNow());
    }

    public Task<DnsAnswer> AskFreshAsync(DomainName name, RecordType type, CancellationToken cancellation) => AskAsync(name, type, cancellation);

    public Task<AuthoritativeAnswers> AskAuthoritativeAsync(DomainName name, RecordType type, CancellationToken cancellation) =>
        Task.FromResult(new AuthoritativeAnswers(null, [], "none"));
}
