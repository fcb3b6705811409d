using System.Collections.Immutable;
using System.Net.Sockets;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>A DNS without a record: every domain a test can reach has a route. What it says of the others is up to the test.</summary>
internal sealed class SilentDns(TimeProvider time) : IDnsLookup
{
    public DnsOutcome Outcome { get; set; } = DnsOutcome.NameError;

    /// <summary>What stands at every name, when the outcome is an answer; each look-up gets those of its type.</summary>
    public ImmutableArray<DnsRecord> Records { get; set; } = [];

    /// <summary>A fault of ours on the way to an answer.</summary>
    public Exception? Fault { get; set; }

    public bool ResolvingInDoubt => false;

    public Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation) => Fault is { } fault
        ? Task.FromException<DnsAnswer>(fault)
        : Task.FromResult(new DnsAnswer(name, type, Outcome, Of(type), [], TimeSpan.FromMinutes(10), false, false, "test", time.GetUtcNow()));

    private ImmutableArray<DnsRecord> Of(RecordType type) => Outcome != DnsOutcome.Answer ? [] : [.. Records.Where(record => record switch
    {
        MXRecord => type == RecordType.MX,
        AddressRecord { Address.AddressFamily: AddressFamily.InterNetwork } => type == RecordType.A,
        _ => false,
    })];

    public Task<DnsAnswer> AskFreshAsync(DomainName name, RecordType type, CancellationToken cancellation) => AskAsync(name, type, cancellation);

    public Task<AuthoritativeAnswers> AskAuthoritativeAsync(DomainName name, RecordType type, CancellationToken cancellation) =>
        Task.FromResult(new AuthoritativeAnswers(null, [], "none"));
}
