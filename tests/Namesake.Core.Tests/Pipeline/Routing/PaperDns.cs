using System.Net;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Brands;
using Namesake.Core.Dns;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Routing;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Routing;

/// <summary>A router over DNS answers written down by the test, which counts what is asked.</summary>
internal sealed class PaperDns : IDnsLookup
{
    private readonly Dictionary<(string, RecordType), (DnsOutcome Outcome, DnsRecord[] Records)> _answers = [];

    public FakeTimeProvider Time { get; } = new();

    /// <summary>TTL of everything, absences included.</summary>
    public TimeSpan Ttl { get; set; } = TimeSpan.FromMinutes(10);

    public RelayModel Model { get; set; } = new() { Node = "test", Brands = new BrandDirectory([]), Sources = new SourceDirectory([]) };

    public int Questions { get; private set; }

    public bool ResolvingInDoubt { get; set; }

    /// <summary>What every answer waits for.</summary>
    public Task Answering { get; set; } = Task.CompletedTask;

    public Router Router => field ??= new Router(this, () => Model, Time);

    public void Say(string name, RecordType type, DnsOutcome outcome, params DnsRecord[] records) => _answers[(name, type)] = (outcome, records);

    public void MX(string name, params (int Preference, string Host)[] hosts) =>
        Say(name, RecordType.MX, DnsOutcome.Answer, [.. hosts.Select(host => new MXRecord(host.Preference, host.Host.Length == 0 ? null : DomainName.Parse(host.Host), Ttl))]);

    public void Address(string name, string address) => Say(name, RecordType.A, DnsOutcome.Answer, new AddressRecord(IPAddress.Parse(address), Ttl));

    public Task<RoutePlan> PlanAsync(string domain) => Router.PlanAsync(DomainName.Parse(domain), null, TestContext.Current.CancellationToken);

    public async Task<Reachable> ReachAsync(string domain) => Assert.IsType<Reachable>(await PlanAsync(domain));

    public async Task<int> RefusedAsync(string domain) => Assert.IsType<Unroutable>(await PlanAsync(domain)).Reply.Code;

    public async Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation)
    {
        Questions++;
        await Answering;
        var (outcome, records) = _answers.GetValueOrDefault((name.Value, type), (DnsOutcome.NoData, []));
        var definite = outcome is DnsOutcome.Answer or DnsOutcome.NoData or DnsOutcome.NameError;
        return new DnsAnswer(name, type, outcome, [.. records], [], definite ? Ttl : TimeSpan.Zero, false, false, "test", Time.GetUtcNow());
    }

    public Task<DnsAnswer> AskFreshAsync(DomainName name, RecordType type, CancellationToken cancellation) => AskAsync(name, type, cancellation);

    public Task<AuthoritativeAnswers> AskAuthoritativeAsync(DomainName name, RecordType type, CancellationToken cancellation) => throw new NotSupportedException();
}
