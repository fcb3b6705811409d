using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>A DNS without a record: every domain a test can reach has a route. What it says of the others is up to the test.</summary>
internal sealed class SilentDns(TimeProvider time) : IDnsLookup
{
    public DnsOutcome Outcome { get; set; } = DnsOutcome.NameError;

    /// <summary>A fault of ours on the way to an answer.</summary>
    public Exception? Fault { get; set; }

    public bool ResolvingInDoubt => false;

    public Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation) => Fault is { } fault
        ? Task.FromException<DnsAnswer>(fault)
        : Task.FromResult(new DnsAnswer(name, type, Outcome, [], [], TimeSpan.FromMinutes(10), false, false, "test", time.GetUtcNow()));

    public Task<DnsAnswer> AskFreshAsync(DomainName name, RecordType type, CancellationToken cancellation) => AskAsync(name, type, cancellation);

    public Task<AuthoritativeAnswers> AskAuthoritativeAsync(DomainName name, RecordType type, CancellationToken cancellation) =>
        Task.FromResult(new AuthoritativeAnswers(null, [], "none"));
}
