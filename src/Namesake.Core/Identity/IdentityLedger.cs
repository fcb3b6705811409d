using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Fencing;
using Namesake.Core.Identity.History;
using Namesake.Core.Identity.Leases;
using Namesake.Core.Identity.Verdicts;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity;

/// <summary>Knows where every source's identity stands, hears what sessions and probes see, and decides by the rules of verdicts.md what is held. It asks nobody: the <see cref="IdentityWatch"/> does.</summary>
/// <remarks>Readers get immutable snapshots without a lock. Writers lock one source. Nothing is awaited: what must survive a restart goes to the journal.</remarks>
public sealed partial class IdentityLedger : ISourceStandings
{
    private readonly ConcurrentDictionary<SourceId, SourceRecord> _records = new();
    private readonly ConcurrentDictionary<string, ProxyMark> _proxies = new(StringComparer.Ordinal);
    private readonly LaneBook _lanes = new();
    private readonly Doubt _doubt;
    private readonly IdentityJournal _journal;
    private readonly IdentityOptions _options;
    private readonly TimeProvider _time;
    private readonly LeaseBook? _leases;
    private readonly ILogger<IdentityLedger> _logger;
    private IdentityModel _model;
    private long _witnessesSince; // ticks of UTC: read without a lock

    /// <param name="history">Keeps what was other before; null: nobody does.</param>
    /// <param name="leases">What this node may send from; null: nobody else could.</param>
    public IdentityLedger(IdentityModel model, IdentityOptions options, IIdentityStore store, TimeProvider time, ILogger<IdentityLedger> logger, IHistoryStore? history = null, LeaseBook? leases = null)
    {
        (_model, _options, _time, _logger, _leases) = (model, options, time, logger, leases);
        _doubt = new Doubt(options);
        _witnessesSince = time.GetUtcNow().UtcTicks;
        _journal = new IdentityJournal(store, history, time, logger, MayWrite);
        foreach (var source in model.Sources.All)
            Add(source, model);
        if (leases is not null)
        {
            leases.TakingOver = TakeOverAsync;
            leases.Changed += LeaseChanged;
        }
    }

    public event Action<StandingChange>? Changed;

    /// <summary>Something should be asked soon; the watch listens.</summary>
    internal event Action<Errand, TimeSpan>? Wanted;

    internal IdentityModel Model => Volatile.Read(ref _model);

    internal IdentityJournal Journal => _journal;

    /// <summary>Our own resolving is in doubt (FB-09): verdicts stand, nobody's grace runs.</summary>
    public bool IsResolvingInDoubt => _doubt.IsRaised;

    public ImmutableArray<SourceStanding> All => [.. Model.Sources.All.Select(source => Of(source.Id)).OfType<SourceStanding>()];

    /// <summary>All lanes the fence holds now.</summary>
    public ImmutableArray<Hold> LaneHolds =>
        [.. _lanes.Held.Select(lane => (lane.Source, lane.Site)).Union(_ownNames.All(_time.GetUtcNow()).Select(own => (own.Source, own.Site))).Select(lane => LaneHold(lane.Source, lane.Site)).OfType<Hold>()];

    /// <summary>What is known of a source without looking: what is configured, and what binding and the outside told.</summary>
    public IdentityFacts? FactsOf(SourceId source)
    {
        if (!_records.TryGetValue(source, out var record))
            return null;
        IdentityFacts facts;
        lock (record.Lock)
            facts = record.Facts(Context(record, refused: false));
        return _leases is null ? facts : facts with { Consistency = facts.Consistency! with { Lease = _leases.FactsOf(source) } };
    }

    public IdentityPolicy PolicyOf(SourceId source) => Model.PolicyOf(source);

    /// <remarks>Without a lease nothing else matters: what is shown of the source's identity stays, the hold is FB-08's.</remarks>
    public SourceStanding? Of(SourceId source) =>
        _records.GetValueOrDefault(source)?.Standing is not { } standing ? null : MayDial(source) ? standing : WithoutLease(standing);

    public Hold? LaneHold(SourceId source, SiteId site) =>
        _lanes.Find(source, site) is { IsHeld: true } lane && _records.TryGetValue(source, out var record) && record.FenceHolds(_time.GetUtcNow())
            ? lane.ToHold(record.Source.PublicAddress.ToString())
            : OwnNameHold(source, site) ?? FamilyHold(source, site);

    public FenceVerdict Sighted(EchoSighting sighting)
    {
        ArgumentNullException.ThrowIfNull(sighting);
        if (!_records.TryGetValue(sighting.Source, out var record))
            return FenceVerdict.Wrong; // the configuration lost this source while the session was being made
        if (sighting.Under is { } under && !SameIdentity(under, record.Source))
            return FenceVerdict.Wrong; // made before a reload: it must not go on, and it holds nobody
        Greeted(record, sighting);
        if (sighting.Said is { } said && said != record.Source.Ehlo.Value)
        {
            Fault(record, new WireFault("EH-01", $"EHLO {said} to {sighting.Receiver.Host}", sighting.At));
            return FenceVerdict.Wrong;
        }
        var observed = PublicPart(sighting.Observed);
        if (observed is null || observed.Equals(record.Source.PublicAddress))
            Note(record, sighting); // what somebody calls another address is EG-01's business, and says nothing of our names
        if (observed is null || IsProxy(sighting.Site))
            return Silent(record, sighting);
        return observed.Equals(record.Source.PublicAddress) ? Right(record, sighting) : Wrong(record, sighting with { Observed = observed });
    }

    public void BindFailed(Source source, string seen, bool boundElsewhere = false)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (_records.TryGetValue(source.Id, out var record) && SameIdentity(source, record.Source))
            Fault(record, new WireFault(boundElsewhere ? "EG-02" : "EG-03", seen, _time.GetUtcNow()));
    }

    private FenceVerdict Silent(SourceRecord record, EchoSighting sighting)
    {
        StandingChange? change = null;
        if (_lanes.Find(sighting.Source, sighting.Site) is { IsHeld: true })
            lock (record.Lock)
                if (_lanes.Find(sighting.Source, sighting.Site) is { IsHeld: true } lane)
                    change = Settle(record, LaneRules.Silent(lane, sighting, record.Egress.Confirmed?.At, _options));
        Announce(change);
        return FenceVerdict.Silent;
    }

    private FenceVerdict Right(SourceRecord record, EchoSighting sighting)
    {
        var changes = new List<StandingChange?>();
        lock (record.Lock)
        {
            var before = record.Egress;
            record.Egress = EgressRules.Right(before, ObserverOf(sighting), sighting.At, sighting.NewConnection, _options);
            if (_lanes.Find(sighting.Source, sighting.Site) is { IsHeld: true } lane)
                changes.Add(Settle(record, LaneRules.Right(lane, sighting, _options)));
            // Sessions confirm thousands of times a second what is known: only what moves a verdict is weighed.
            if (before.Contradiction is not null || record.Memories["EG-01"].Standing != CheckStanding.Passing)
            {
                changes.Add(Weigh(record));
                if (before.Contradiction is { } over && record.Egress.Contradiction is null)
                    changes.AddRange(ReleaseExplained(record, over));
                NoteObserved(record, sighting.Observed!, sighting.Receiver.Host);
            }
            else if (before.Confirmed is null || sighting.At - before.Confirmed.At >= TimeSpan.FromSeconds(1))
            {
                record.Show(_time.GetUtcNow());
                NoteObserved(record, sighting.Observed!, sighting.Receiver.Host);
            }
        }
        changes.ForEach(Announce);
        return FenceVerdict.Confirmed;
    }

    private FenceVerdict Wrong(SourceRecord record, EchoSighting sighting)
    {
        StandingChange? change;
        bool stops, isNewLane;
        lock (record.Lock)
        {
            stops = record.FenceHolds(_time.GetUtcNow());
            var observer = ObserverOf(sighting);
            record.Egress = EgressRules.Wrong(record.Egress, observer, sighting.Observed!.ToString(), Model.Sources.DeclaresPublicAddress(sighting.Observed), sighting.At,
                record.Source.PublicAddress.ToString(), _options);
            var known = _lanes.Find(sighting.Source, sighting.Site);
            isNewLane = !observer.IsReflector && known is not { IsHeld: true }; // no mail goes to a reflector of ours
            if (!observer.IsReflector)
                Settle(record, LaneRules.Wrong(known, sighting, _options));
            change = Weigh(record);
            NoteObserved(record, sighting.Observed, sighting.Receiver.Host);
        }
        LogForeign(sighting.Source, sighting.Receiver, sighting.Observed, record.Source.PublicAddress, sighting.FirstLine);
        if (isNewLane)
        {
            if (stops)
                Announce(new StandingChange(sighting.Source, sighting.Site, Open: false));
            Want(new LaneErrand(sighting.Source, sighting.Site), _options.EchoAtFirst);
        }
        Announce(change);
        Want(new WitnessErrand(sighting.Source), TimeSpan.Zero);
        return stops ? FenceVerdict.Wrong : FenceVerdict.Silent;
    }

    private void Fault(SourceRecord record, WireFault fault)
    {
        StandingChange? change;
        lock (record.Lock)
        {
            record.Wire = fault;
            record.NextProbe = _time.GetUtcNow() + _options.ProbeWhileBad;
            change = Weigh(record);
        }
        LogWire(record.Source.Id, fault.Check, fault.Seen);
        Announce(change);
        // Not at once: what a bind just told must hold for a while, or a source that binds and then is redirected would flap.
        Want(new ProbeErrand(record.Source.Id), _options.ProbeWhileBad);
    }

    /// <summary>Weighs what sessions told and shows it. The caller holds the source's lock and announces the change outside of it.</summary>
    private StandingChange? Weigh(SourceRecord record)
    {
        var context = Context(record, refused: false);
        record.JudgeEgress(context);
        return Publish(record, context);
    }

    private StandingChange? Publish(SourceRecord record, EvaluationContext context)
    {
        var change = record.Publish(context);
        NoteVerdict(record);
        if (record.MustBeSaved(context.Now))
            Save(record);
        return change;
    }

    /// <summary>Keeps a lane's state. The caller holds the source's lock, and announces the change outside of it: a handler may have locks of its own.</summary>
    private StandingChange? Settle(SourceRecord record, LaneState lane)
    {
        var before = _lanes.Find(lane.Source, lane.Site);
        _lanes.Put(lane);
        Save(record, lane);
        return before is { IsHeld: true } && !lane.IsHeld && record.FenceHolds(_time.GetUtcNow()) ? new StandingChange(lane.Source, lane.Site, Open: true) : null;
    }

    // The lanes that saw the same foreign address were held for the same fault: it is over for them too, and every session there is fenced again.
    private List<StandingChange?> ReleaseExplained(SourceRecord record, Contradiction over)
    {
        var changes = new List<StandingChange?>();
        foreach (var lane in _lanes.Of(record.Source.Id).Where(lane => lane.IsHeld))
        {
            if (over.Addresses.Contains(lane.Observed))
                changes.Add(Settle(record, lane with { IsHeld = false }));
            else
                Want(new LaneErrand(lane.Source, lane.Site), TimeSpan.Zero);
        }
        return changes;
    }

    private EvaluationContext Context(SourceRecord record, bool refused)
    {
        var now = _time.GetUtcNow();
        return new EvaluationContext(now, _doubt.Clock.Read(now), _doubt.IsRaised, refused, record.DnsHolds(), _options);
    }

    private Observer ObserverOf(EchoSighting sighting)
    {
        var witness = Model.Witnesses.FirstOrDefault(witness => witness.Port == sighting.Receiver.Port && string.Equals(witness.Host, sighting.Receiver.Host, StringComparison.OrdinalIgnoreCase));
        return Observer.Of(sighting.Receiver, sighting.IsWitness || witness is not null, witness is { IsReflector: true });
    }

    private IPAddress? PublicPart(IPAddress? observed)
    {
        if (observed is null)
            return null;
        var address = observed.IsIPv4MappedToIPv6 ? observed.MapToIPv4() : observed;
        return SpecialAddresses.IsPublic(address) || Model.TreatAsPublic.Any(range => range.Contains(address)) ? address : null;
    }

    private static bool SameIdentity(Source a, Source b) => a.Ehlo == b.Ehlo && a.PublicAddress.Equals(b.PublicAddress) && a.LocalAddress.Equals(b.LocalAddress);

    private bool IsProxy(SiteId site) => _proxies.ContainsKey(site.Value) || Model.ProxyEchoSites.Contains(site.Value);

    private void Announce(StandingChange? change)
    {
        if (change is null)
            return;
        var hold = change.Site is { } lane ? LaneHold(change.Source, lane) : Of(change.Source)?.Hold;
        LogChange(change.Site is { } site ? $"{change.Source} → {site}" : change.Source.ToString(), change.Open ? "released" : $"held: {hold?.Describe()}");
        Changed?.Invoke(change);
    }

    private void Want(Errand errand, TimeSpan wait) => Wanted?.Invoke(errand, wait > TimeSpan.Zero ? wait : TimeSpan.Zero);

    private void Save(SourceRecord record)
    {
        // What another node knows of its source is not overwritten by one that waits.
        if (!MayDial(record.Source.Id))
            return;
        var id = record.Source.Id;
        _journal.Write($"source:{id}", () =>
        {
            if (!_records.TryGetValue(id, out var current))
                return null;
            lock (current.Lock)
                return JsonSerializer.Serialize(current.Store(Model.Node), IdentityJson.Default.StoredSource);
        });
    }

    private void Save(SourceRecord record, LaneState lane)
    {
        if (!MayDial(lane.Source))
            return;
        var expected = record.Source.PublicAddress.ToString();
        _journal.Write(LaneKey(lane.Source, lane.Site), () => _lanes.Find(lane.Source, lane.Site) is { } current
            ? JsonSerializer.Serialize(new StoredLane(StoredLane.CurrentVersion, expected, current), IdentityJson.Default.StoredLane)
            : null);
    }

    private static string LaneKey(SourceId source, SiteId site) => $"lane:{source}|{site}";
}
