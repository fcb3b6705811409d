using System.Collections.Concurrent;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity.Probes;

/// <summary>Answers as a resolver would, record for record; what it wasn't told doesn't exist. For pure logic: real lists and real DNSSEC are tested in Namesake.Network.</summary>
internal sealed class AnsweringDns : IDnsLookup
{
    private readonly ConcurrentDictionary<(string Name, RecordType Type), DnsAnswer> _answers = new();

    public ConcurrentQueue<string> Asked { get; } = new();

    public bool ResolvingInDoubt => false;

    public void Has(string name, RecordType type, params DnsRecord[] records) => Set(name, type, DnsOutcome.Answer, false, records);

    public void HasSigned(string name, RecordType type, params DnsRecord[] records) => Set(name, type, DnsOutcome.Answer, true, records);

    public void Fails(string name, RecordType type, DnsOutcome outcome) => Set(name, type, outcome, false, []);

    public void Address(string name, params string[] addresses) => Has(name, RecordType.A, [.. addresses.Select(address => new AddressRecord(IPAddress.Parse(address), TimeSpan.FromMinutes(5)))]);

    public Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation)
    {
        Asked.Enqueue($"{name} {type}");
        return Task.FromResult(_answers.TryGetValue((name.Value, type), out var answer) ? answer : Answer(name.Value, type, DnsOutcome.NameError, false, []));
    }

    public Task<DnsAnswer> AskFreshAsync(DomainName name, RecordType type, CancellationToken cancellation) => AskAsync(name, type, cancellation);

    public Task<AuthoritativeAnswers> AskAuthoritativeAsync(DomainName name, RecordType type, CancellationToken cancellation) =>
        throw new NotSupportedException("nobody needs it here");

    private void Set(string name, RecordType type, DnsOutcome outcome, bool signed, DnsRecord[] records) => _answers[(name, type)] = Answer(name, type, outcome, signed, records);

    private static DnsAnswer Answer(string name, RecordType type, DnsOutcome outcome, bool signed, DnsRecord[] records) =>
        new(DomainName.Parse(name), type, outcome, [.. records], [], TimeSpan.FromMinutes(5), false, signed, "resolver 127.0.0.1:53", DateTimeOffset.UnixEpoch);
}
