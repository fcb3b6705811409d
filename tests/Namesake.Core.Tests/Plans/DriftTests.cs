using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Firewall;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;
using Namesake.Core.Sources;
using Namesake.Core.Tests.Dns.Planning;
using Namesake.Core.Tests.Identity.Zones;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Plans;

/// <summary>What plans have made and somebody has changed since.</summary>
public sealed class DriftTests
{
    private static readonly DateTimeOffset At = Recorded.At;
    private static readonly PlanId Plan = PlanId.New(PlanKind.Dns, At, 1);
    private static readonly OwnedRecords Pointer = new("bind", Recorded.Name(Recorded.ReverseZone), Recorded.Name(Recorded.Reverse), RecordType.Ptr, RecordSet.Of(3600, $"{Recorded.Ehlo}."), At, Plan);
    private static readonly OwnedRecords Address = new("bind", Recorded.Name(Recorded.EhloZone), Recorded.Name(Recorded.Ehlo), RecordType.A, RecordSet.Of(3600, "203.0.113.5"), At, Plan);
    private static readonly OwnedTable Table = new("edge", new TranslationTable([new Mapping(Recorded.Acme.LocalAddress, Recorded.Acme.PublicAddress)]), At, Plan);

    [Fact]
    public void What_others_wrote_is_put_back_with_consent_and_what_is_gone_without()
    {
        var theirs = RecordSet.Of(300, "other.host.example.");
        var plan = Restore(new OwnedDrift.Records(Pointer, theirs), new OwnedDrift.Records(Address, null), new OwnedDrift.Table(Table, null));

        Assert.Equal(["translation", "address records", "PTR records"], plan.Steps.Select(step => step.Title));
        var (address, pointer) = (Assert.IsType<RecordChange>(Assert.Single(plan.Steps[1].Changes)), Assert.IsType<RecordChange>(Assert.Single(plan.Steps[2].Changes)));
        Assert.Equal((true, theirs, Pointer.Set), (pointer.IsForeign, pointer.Old, pointer.New));
        Assert.Equal((false, null, Address.Set), (address.IsForeign, address.Old, address.New));
        Assert.Equal(PlanKind.Dns, plan.Kind);
    }

    [Fact]
    public void Whom_it_is_about_is_known_by_name_address_and_mapping_and_sends_nothing_meanwhile()
    {
        OwnedDrift[][] each = [[new OwnedDrift.Records(Pointer, null)], [new OwnedDrift.Records(Address, RecordSet.Of(300, "203.0.113.9"))], [new OwnedDrift.Table(Table, null)]];
        Assert.All(each, drifts =>
        {
            Assert.Equal([Recorded.Acme.Id], Restore(drifts).Touched);
            Assert.Equal(Recorded.Acme.Id, Assert.Single(Restore(drifts).Wanted).Source);
        });
        Assert.Empty(Restore().Wanted);
    }

    private static Plan Restore(params OwnedDrift[] drifts) => OwnedDrift.Restore(Plan, "relay1", drifts, [
        new WantedIdentity(Recorded.Acme.Id, Recorded.Acme.LocalAddress, Recorded.Acme.PublicAddress, Recorded.Acme.Ehlo),
        new WantedIdentity(new SourceId("other"), IPAddress.Parse("10.0.0.77"), IPAddress.Parse("203.0.113.77"), HostName.Parse("other.example")),
    ], new PlanLimits(), At);

    [Fact]
    public void Adopted_what_is_there_is_ours_and_what_is_gone_is_nobodys()
    {
        var theirs = RecordSet.Of(300, "other.host.example.");
        var registry = OwnedDrift.Adopt(new PlanRegistry([Pointer, Address], [], [Table]), [new OwnedDrift.Records(Pointer, theirs), new OwnedDrift.Table(Table, null)], At.AddDays(1));

        Assert.Equal([Address, Pointer with { Set = theirs, Added = theirs.Values, At = At.AddDays(1) }], registry.Records);
        Assert.Empty(registry.Tables);
    }

    [Fact]
    public async Task As_made_all_three_checks_pass()
    {
        var facts = await LookAsync(new PlanRegistry([Pointer, Address], [], [Table]), Table.Table);

        Assert.Equal(["ZN-10 Pass", "ZN-11 Pass", "FB-06 Pass"], Outcomes(facts));
    }

    [Fact]
    public async Task A_record_and_a_mapping_that_others_changed_are_told_with_both_states()
    {
        var changed = new TranslationTable([new Mapping(Recorded.Acme.LocalAddress, IPAddress.Parse("203.0.113.9"))]);
        var facts = await LookAsync(new PlanRegistry([Pointer with { Set = RecordSet.Of(3600, "was.acme.example.") }], [], [Table]), changed);

        Assert.Equal(["ZN-10 Pass", "ZN-11 Bad", "FB-06 Bad"], Outcomes(facts));
        var drifts = facts.Consistency!.Drifts!.Value;
        Assert.Equal(("was.acme.example", Recorded.Ehlo), (drifts[0].Wanted, drifts[0].Seen));
        Assert.Equal($"{Recorded.Acme.LocalAddress} -> 203.0.113.9", drifts[1].Seen);
    }

    [Fact]
    public async Task A_table_that_is_gone_after_a_restart_of_the_machine_is_drift()
    {
        var facts = await LookAsync(new PlanRegistry([], [], [Table]), null);
        Assert.Equal("nothing", Assert.Single(facts.Consistency!.Drifts!.Value).Seen);
    }

    [Theory]
    [InlineData(0, CheckOutcome.NotApplicable, CheckOutcome.NotObservable, PlanEvent.Begun)]
    [InlineData(0, CheckOutcome.NotApplicable, CheckOutcome.NotObservable, PlanEvent.Begun, PlanEvent.Confirmed, PlanEvent.Recorded, PlanEvent.Undoing)]
    [InlineData(0, CheckOutcome.NotApplicable, CheckOutcome.Bad, PlanEvent.Begun, PlanEvent.Confirmed, PlanEvent.Recorded)] // the table was read just now, and nobody was at it
    [InlineData(-60, CheckOutcome.Bad, CheckOutcome.Bad, PlanEvent.Begun, PlanEvent.Confirmed, PlanEvent.Recorded)]
    public async Task What_a_plan_was_at_when_it_was_looked_at_is_not_told_as_somebodys_change(int seconds, CheckOutcome records, CheckOutcome all, params PlanEvent[] events)
    {
        var facts = await LookAsync(new PlanRegistry([Pointer with { Set = RecordSet.Of(3600, "was.acme.example."), At = At.AddDays(-1) }], [], [Table]), null, histories: [History(At.AddSeconds(seconds), events)]);
        Assert.Equal([$"ZN-11 {records}", $"FB-06 {all}"], Outcomes(facts)[1..]);
    }

    [Fact]
    public async Task A_drift_is_told_only_of_a_registry_that_was_read_after_the_name_servers()
    {
        var time = new SkippingTime(At.AddSeconds(-30));
        var store = new Store { Registry = new PlanRegistry([Pointer with { Set = RecordSet.Of(3600, "was.acme.example."), At = At.AddDays(-1) }], [], []) };
        using var probe = new OwnWorkProbe(store, [], [], time);
        await LookAsync(probe, Looked() with { Zone = null });
        // Confirmed before the name servers were asked, at the time of the facts.
        store.Registry = new PlanRegistry([Pointer with { At = At.AddSeconds(-10) }], [], []);
        time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(["ZN-11 Pass", "FB-06 Pass"], Outcomes(await LookAsync(probe, Looked()))[1..]);
    }

    [Fact]
    public async Task Where_no_plan_made_anything_there_is_nothing_to_drift_from()
    {
        var facts = await LookAsync(PlanRegistry.Empty, null);
        Assert.Null(facts.Consistency!.Drifts);
        Assert.Equal("NotObservable", Outcomes(facts)[2].Split(' ')[1]);
    }

    [Fact]
    public async Task A_firewall_that_cannot_be_read_is_no_drift()
    {
        var facts = await LookAsync(new PlanRegistry([], [], [Table]), null, "nft: permission denied");
        Assert.Null(facts.Consistency!.Drifts);
    }

    [Theory]
    [InlineData(WriteAccess.Proven, CheckOutcome.Pass)]
    [InlineData(WriteAccess.None, CheckOutcome.Bad)]
    [InlineData(WriteAccess.Unreachable, CheckOutcome.Unknown)]
    public async Task Write_authority_is_what_the_provider_says(WriteAccess access, CheckOutcome outcome) =>
        Assert.Equal(outcome, Catalogue.Find("ZN-10")!.Judge(await LookAsync(PlanRegistry.Empty, null, access: access)).Outcome);

    [Fact]
    public async Task Nobody_who_has_the_zone_is_no_authority_and_nobody_at_all_is_not_observable()
    {
        Assert.Equal(CheckOutcome.Bad, Catalogue.Find("ZN-10")!.Judge(await LookAsync(PlanRegistry.Empty, null, zones: "other.example")).Outcome);
        Assert.Equal(CheckOutcome.NotObservable, Catalogue.Find("ZN-10")!.Judge(await LookAsync(PlanRegistry.Empty, null, zones: null)).Outcome);
    }

    private static string[] Outcomes(IdentityFacts facts) => [.. new[] { "ZN-10", "ZN-11", "FB-06" }.Select(check => $"{check} {Catalogue.Find(check)!.Judge(facts).Outcome}")];

    private static IdentityFacts Looked()
    {
        var facts = Recorded.Facts(zone => zone with { Authority = null, Written = null });
        var voices = facts.Zone!.Pointer.Last!.Definite.Select(word => word.Answer).ToImmutableArray();
        return facts with
        {
            Dns = new DnsFacts(DnsEvidence.Weigh(Recorded.Name(Recorded.Reverse), RecordType.Ptr, voices[0], new AuthoritativeAnswers(Recorded.Name(Recorded.ReverseZone), voices, null)), ImmutableDictionary<string, DnsEvidence>.Empty,
                DnsEvidence.Weigh(Recorded.Name(Recorded.Ehlo), RecordType.A, voices[0], new AuthoritativeAnswers(Recorded.Name(Recorded.EhloZone), [], null)), null),
            Consistency = new ConsistencyFacts(At, At, At, TimeSpan.FromDays(1)),
        };
    }

    private static async Task<IdentityFacts> LookAsync(PlanRegistry registry, TranslationTable? table, string? trouble = null, WriteAccess access = WriteAccess.Proven, string? zones = Recorded.ReverseZone, ImmutableArray<PlanHistory> histories = default)
    {
        var facts = Looked();
        using var probe = new OwnWorkProbe(new Store { Registry = registry, Histories = histories.IsDefault ? [] : histories }, zones is null ? [] : [new Writer(PlannedWorld.Provider("bind", zones), access)], [new Edge(table, trouble)], TimeProvider.System);
        return await LookAsync(probe, facts);
    }

    private static async Task<IdentityFacts> LookAsync(OwnWorkProbe probe, IdentityFacts facts) => await probe.SettleAsync((await probe.LookAsync(facts, default))(facts), default);

    /// <summary>As far as these events, all on the same records and table as <see cref="Table"/> and what the drift is told of.</summary>
    private static PlanHistory History(DateTimeOffset at, params PlanEvent[] events)
    {
        RecordChange pointer = new() { By = "bind", Reason = "a test", Zone = Pointer.Zone, Name = Pointer.Name, Type = Pointer.Type, New = RecordSet.Of(3600, $"{Recorded.Ehlo}.") };
        var plan = new Plan { Id = Plan, Kind = PlanKind.Dns, MadeAt = at, Node = "relay1", Limits = new PlanLimits(), Steps = [new PlanStep("all", [pointer, new TranslationChange { By = "edge", Reason = "a test" }], false)] };
        return new PlanHistory(plan, [.. events.Select(one => new PlanEntry(at, "ann", one, ""))], 0);
    }

    private sealed class Writer(DnsProviderTraits traits, WriteAccess access) : IDnsProvider
    {
        public DnsProviderTraits Traits => traits;

        public Task<WriteAuthority> ProveAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation) => Task.FromResult(new WriteAuthority(zone, access, "a key", "", At));

        public Task<RecordReading> ReadAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<WriteResult> WriteAsync(DomainName zone, ImmutableArray<Change> changes, CancellationToken cancellation) => throw new NotSupportedException();
    }

    private sealed class Edge(TranslationTable? table, string? trouble) : IFirewall
    {
        public string Id => "edge";

        public string Name => "the edge";

        public Task<FirewallReading> ReadAsync(CancellationToken cancellation) => Task.FromResult(new FirewallReading(table, "", null, trouble));

        public Task<string?> CheckAsync(TranslationChange change, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<WriteResult> WriteAsync(TranslationChange change, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<int?> ForgetConnectionsAsync(TranslationChange change, CancellationToken cancellation) => throw new NotSupportedException();
    }

    private sealed class Store : IPlanStore
    {
        public PlanRegistry Registry { get; set; } = PlanRegistry.Empty;

        public ImmutableArray<PlanHistory> Histories { get; set; } = [];

        public Task KeepAsync(Plan plan, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<PlanHistory?> FindAsync(PlanId id, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ImmutableArray<PlanHistory>> ListAsync(CancellationToken cancellation) => Task.FromResult(Histories);

        public Task<PlanRegistry> RegistryAsync(CancellationToken cancellation) => Task.FromResult(Registry);

        public Task<IPlanHold?> TakeAsync(string who, TimeSpan patience, CancellationToken cancellation) => throw new NotSupportedException();

        public IDisposable? TryAttend(PlanId id) => throw new NotSupportedException();
    }
}
