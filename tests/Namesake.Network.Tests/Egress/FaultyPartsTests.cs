using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Brands;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Demo;
using Namesake.Network.Dns;
using Namesake.Network.Sockets;
using Namesake.Network.Sources;
using Namesake.Network.Tests.Inbound;
using Namesake.Network.Tests.Sockets;
using Namesake.Protocol.Addresses;
using Namesake.Storage;

namespace Namesake.Network.Tests.Egress;

/// <summary>What only the wire shows: EG-02, EH-01 and EH-14. Nothing outside can make the relay bind another address or say another name, so a part of it is replaced by a faulty one: the
/// dialler, or what hears of the sessions' names. The session, its sockets, TLS, the ledger and the audit are the product's.</summary>
public sealed class FaultyPartsTests : IAsyncLifetime
{
    private static readonly IPAddress Local = IPAddress.Parse("127.0.0.5");
    private static readonly Source Source = new() { Id = new SourceId("acme"), LocalAddress = Local, PublicAddress = Local, Ehlo = HostName.Parse("mail.acme.example") };

    private readonly string _folder = Directory.CreateTempSubdirectory("namesake-faulty-").FullName;
    private readonly DemoZones _zones = new();
    private readonly ConcurrentQueue<string> _heard = new();
    private readonly SocketPipes _pipes = new(new SocketSettings(), TimeProvider.System);
    private DemoDnsServer _dns = null!;
    private Resolver _resolver = null!;
    private SqliteSpool _store = null!;
    private IdentityLedger _ledger = null!;
    private KnockedServer _receiver = null!;
    private LocalAddresses _addresses = null!;

    public async ValueTask InitializeAsync()
    {
        _zones.AddZone("127.in-addr.arpa", "ns.test.example");
        _zones.AddZone("acme.example", "ns.test.example");
        _zones.SetRecord(ReverseName.Of(Local).Value, RecordType.Ptr, Source.Ehlo.Value);
        _zones.SetRecord(Source.Ehlo.Value, RecordType.A, $"{Local}");
        _dns = new DemoDnsServer(new IPEndPoint(IPAddress.Loopback, 0), _zones, DemoDnsRole.Authoritative, TimeProvider.System);
        _resolver = new Resolver(new ResolverSettings { Resolvers = [_dns.EndPoint] }, TimeProvider.System);
        _store = await SqliteSpool.OpenAsync(new SpoolOptions { DataDirectory = _folder }, TimeProvider.System);
        _ledger = new IdentityLedger(new IdentityModel { Node = "node", Sources = new SourceDirectory([Source]), TreatAsPublic = [IPRange.Parse("127.0.0.0/8")] }, new IdentityOptions(), _store, TimeProvider.System,
            NullLogger<IdentityLedger>.Instance, _store);
        await _ledger.LoadAsync(CancellationToken.None);
        _receiver = await KnockedServer.OpenAsync(KnockedServer.Polite(_heard, "mx.sink.example", _ => TestCertificates.For("mx.sink.example"), line => line == "DATA" ? "354 go on" : "250 Ok"));
        _addresses = new LocalAddresses();
        await Watch().ProbeNowAsync(Source.Id, CancellationToken.None);
    }

    [Fact]
    public async Task With_all_parts_in_order_the_three_pass()
    {
        var report = await SendAsync(Dialer, _ledger);

        Assert.Equal("EHLO mail.acme.example", Assert.Single(_heard.Where(line => line.StartsWith("EHLO", StringComparison.Ordinal)).Distinct()));
        Assert.Equal(2, _heard.Count(line => line.StartsWith("EHLO", StringComparison.Ordinal)));
        Assert.DoesNotContain(report.Outcomes, outcome => outcome is Abandoned);
        Assert.Equal((Verdict.Aligned, ""), await AuditAsync());
        Assert.Equal([CheckOutcome.Pass, CheckOutcome.Pass, CheckOutcome.Pass], _results.Where(result => result.Check is "EG-02" or "EH-01" or "EH-14").Select(result => result.Outcome));
    }

    [Fact]
    public async Task A_dialler_that_binds_another_address_is_EG02_and_nothing_is_said()
    {
        var report = await SendAsync(new ElsewhereDialer(Dialer, IPAddress.Parse("127.0.0.9")), _ledger);

        Assert.Equal(SessionPhase.Bind, Assert.IsType<Abandoned>(Assert.Single(report.Outcomes)).Phase);
        Assert.Empty(_heard);
        Assert.Equal((Verdict.Misaligned, "EG-02"), await AuditAsync());
        Assert.Equal("EG-02", _ledger.Of(Source.Id)?.Hold?.Check);
    }

    [Fact]
    public async Task Another_name_in_the_first_EHLO_is_EH01_and_ends_the_session_before_MAIL()
    {
        await SendAsync(Dialer, new MisspeakingStandings(_ledger, sighting => sighting with { Said = "mail.beta.example" }));

        Assert.DoesNotContain(_heard, line => line.StartsWith("MAIL", StringComparison.Ordinal));
        Assert.Equal((Verdict.Misaligned, "EH-01"), await AuditAsync());
    }

    [Fact]
    public async Task Another_name_behind_STARTTLS_is_EH14_and_EH01_for_the_same_cause()
    {
        await SendAsync(Dialer, new MisspeakingStandings(_ledger, sighting => sighting.SaidBefore is null ? sighting : sighting with { Said = "mail.beta.example" }));

        Assert.Contains("STARTTLS", _heard);
        Assert.DoesNotContain(_heard, line => line.StartsWith("MAIL", StringComparison.Ordinal));
        Assert.Equal((Verdict.Misaligned, "EH-01 EH-14"), await AuditAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _addresses.Dispose();
        await _receiver.DisposeAsync();
        await _store.DisposeAsync();
        _resolver.Dispose();
        await _dns.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Dialer Dialer => new(_pipes, TimeProvider.System);

    private IdentityWatch Watch() =>
        new(_ledger, _resolver, _addresses, new EchoProbe(Dialer, new DeliveryTimeouts(), TimeProvider.System), new IdentityOptions(), TimeProvider.System, NullLogger<IdentityWatch>.Instance);

    private ImmutableArray<CheckResult> _results = [];

    /// <summary>The checks that fail, by an audit that knows what the relay's does of wire, history and DNS; none of a name server of this size is of interest here.</summary>
    private async Task<(Verdict Verdict, string Failing)> AuditAsync()
    {
        var report = await new Auditor(_resolver, [new HistoryProbe(_ledger)], TimeProvider.System).AuditAsync(_ledger.FactsOf(Source.Id)!, IdentityPolicy.Strict, null, TestContext.Current.CancellationToken);
        _results = report.Results;
        return (report.Verdict, string.Join(' ', report.Results.Where(result => result.IsBad && result.Check is not ("PT-13" or "AU-02")).Select(result => result.Check)));
    }

    private async Task<AttemptReport> SendAsync(IDialer dialer, ISourceStandings standings)
    {
        var model = new RelayModel { Node = "node", Brands = new BrandDirectory([]), Sources = new SourceDirectory([Source]) };
        var deliverer = new Deliverer(dialer, standings, new Fence(() => model, standings, Watch(), TimeProvider.System), new DeliveryTimeouts(), TimeProvider.System);
        var consignment = new Consignment(
            new MessageId(1), new QueueId(1), new QueueKey(new BrandId("acme"), Source.Id, DomainName.Parse("sink.example")), Mailbox.Parse("ann@acme.example"), EightBit: false, SmtpUtf8: false, null, null, 34, IsDsn: false,
            "127.0.0.1", [new QueuedRecipient(0, Mailbox.Parse("bob@sink.example"), null, null, 1, null, false)], DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, null);
        var route = new Reachable(new SiteId("sink.example"), "sink", [new NextHop("mx.sink.example", _receiver.At.Address, _receiver.At.Port, 0)], RouteIdentity.Public, 10, "MX", DateTimeOffset.MaxValue);
        var waybill = new Waybill(consignment, Source, route);
        await using var session = deliverer.Open(waybill, TestContext.Current.CancellationToken);
        return await session.SendAsync(waybill, _ => Task.FromResult(new StoredContent("Subject: one\r\n\r\nx\r\n"u8.ToArray())), () => true);
    }

    /// <summary>Binds another address than it was told to, and says that all went well.</summary>
    private sealed class ElsewhereDialer(IDialer dialer, IPAddress elsewhere) : IDialer
    {
        public Task<DialResult> DialAsync(IPAddress local, IPEndPoint remote, TimeSpan timeout, CancellationToken cancellation) => dialer.DialAsync(elsewhere, remote, timeout, cancellation);
    }

    /// <summary>Hears of other names than the session wrote: as if the writing of EHLO were at fault.</summary>
    private sealed class MisspeakingStandings(ISourceStandings standings, Func<EchoSighting, EchoSighting> change) : ISourceStandings
    {
        public event Action<StandingChange>? Changed
        {
            add => standings.Changed += value;
            remove => standings.Changed -= value;
        }

        public SourceStanding? Of(SourceId source) => standings.Of(source);

        public Hold? LaneHold(SourceId source, SiteId site) => standings.LaneHold(source, site);

        public FenceVerdict Sighted(EchoSighting sighting) => standings.Sighted(change(sighting));

        public void BindFailed(Source source, string seen, bool boundElsewhere = false) => standings.BindFailed(source, seen, boundElsewhere);

        public bool MayGreet(Source source, string receiver) => standings.MayGreet(source, receiver);

        public void OwnNameMet(Source source, SiteId site, string receiver) => standings.OwnNameMet(source, site, receiver);

        public void RefusedForIdentity(IdentityRefusal refusal) => standings.RefusedForIdentity(refusal);

        public void Accepted(SourceId source, SiteId site) => standings.Accepted(source, site);

        public bool MayTry(SourceId source, SiteId site) => standings.MayTry(source, site);
    }
}
