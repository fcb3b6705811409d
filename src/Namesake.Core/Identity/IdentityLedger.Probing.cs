using System.Collections.Immutable;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Fencing;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

// What the watch asks and tells.
public sealed partial class IdentityLedger
{
    /// <summary>The result of one look at bind and DNS.</summary>
    /// <param name="startedAt">When the look began: what came to our ears later is not answered by it.</param>
    /// <returns>When to look again.</returns>
    internal DateTimeOffset Apply(Source source, BindResult bind, DnsFacts dns, DateTimeOffset startedAt, bool resolvingInDoubt)
    {
        Review(_doubt.Report(resolvingInDoubt, _records.Count, _time.GetUtcNow()));
        if (!_records.TryGetValue(source.Id, out var record))
            return DateTimeOffset.MaxValue;
        StandingChange? change;
        DateTimeOffset next;
        ImmutableArray<string?> silent;
        lock (record.Lock)
        {
            if (record.Source != source || record.LastProbe > startedAt)
                return record.NextProbe ?? _time.GetUtcNow();
            if (record.Wire is { } fault && fault.At < startedAt)
                record.Wire = null;
            var refused = record.Refusal is { Answered: false } refusal && refusal.At <= startedAt;
            var context = Context(record, refused);
            record.Judge(bind, dns, context);
            if (refused)
                record.Answered(startedAt);
            record.LastProbe = startedAt;
            change = record.Publish(context, looked: true);
            NoteDns(record, dns);
            NoteVerdict(record);
            record.NextProbe = next = Pace.Next(record.Source.Id, record.Conclusion, dns.LeastTtl(), context.Now, _options);
            record.Show(context.Now);
            if (record.MustBeSaved(context.Now))
                Save(record);
            silent = record.SilentZones();
        }
        Announce(change);
        Review(_doubt.Report(source.Id, silent, _records.Count, _time.GetUtcNow()));
        Deadline(record);
        return next;
    }

    /// <summary>The results of an audit that began then.</summary>
    /// <returns>When to look again.</returns>
    internal DateTimeOffset Audited(Source source, ImmutableArray<CheckResult> results, bool isWhole = true)
    {
        if (!_records.TryGetValue(source.Id, out var record))
            return DateTimeOffset.MaxValue;
        // Who holds it is known at every moment: a result of hours ago says nothing of it.
        results = results.RemoveAll(result => result.Check == "FB-08");
        StandingChange? change = null;
        bool waits;
        lock (record.Lock)
        {
            var context = Context(record, refused: false);
            if (record.Source == source)
            {
                record.Audited(results, isWhole, context);
                change = Publish(record, context);
            }

            // What holds mail is asked about again, but not like DNS every minute: an audit speaks with other people's servers.
            waits = record.WaitsForAudit;
        }
        Announce(change);
        Deadline(record);
        return _time.GetUtcNow() + (waits ? _options.ProbeAtMost : _options.AuditEvery);
    }

    /// <summary>What a try to bind told: true or false at once, without waiting for DNS.</summary>
    internal void Rebound(Source source, BindResult bind)
    {
        if (!_records.TryGetValue(source.Id, out var record))
            return;
        StandingChange? change;
        lock (record.Lock)
        {
            if (record.Source != source)
                return;
            record.Bind(bind, _time.GetUtcNow());
            change = Weigh(record);
        }
        Announce(change);
    }

    /// <summary>Time has passed: a grace or an override may be over.</summary>
    internal void Tick(SourceId source)
    {
        if (!_records.TryGetValue(source, out var record))
            return;
        StandingChange? change;
        bool overrideEnded;
        lock (record.Lock)
        {
            var context = Context(record, refused: false);
            overrideEnded = record.Override is { } note && note.Until <= context.Now;
            record.Age(context);
            record.JudgeEgress(context);
            change = Publish(record, context);
        }
        Announce(change);
        if (overrideEnded)
            foreach (var lane in _lanes.Of(source).Where(lane => lane.IsHeld))
                Announce(new StandingChange(source, lane.Site, Open: false));
        EndOwnNames(source);
        Deadline(record);
        TellTrial(record);
    }

    internal void ReportResolving(bool inDoubt) => Review(_doubt.Report(inDoubt, _records.Count, _time.GetUtcNow()));

    /// <summary>Whether a witness is wanted for a source, and how urgently.</summary>
    internal WitnessNeed NeedOfWitness(SourceId source)
    {
        if (!_records.TryGetValue(source, out var record) || Model.Witnesses.IsEmpty)
            return WitnessNeed.None;
        lock (record.Lock)
        {
            if (EgressRules.IsDisputed(record.Egress))
                return WitnessNeed.Urgent;
            if (!record.Source.IsTranslated)
                return new WitnessNeed(false, RoutineAt_NeedsLock(record), IsRoutine: true);
            // Behind a translation a refusal may mean that we came from somewhere else.
            return record.Egress.Confirmed is not { } proof || record.Refusal?.At > proof.At ? WitnessNeed.Urgent : new WitnessNeed(false, proof.At + _options.ProofRefresh);
        }
    }

    /// <summary>The witnesses were asked as a routine; whatever came of it, the next time is an interval away.</summary>
    internal void Asked(SourceId source)
    {
        if (!_records.TryGetValue(source, out var record))
            return;
        lock (record.Lock)
            record.AskedAt = _time.GetUtcNow();
    }

    // Whoever saw us right lately spares the witnesses the question. What was never asked, or was due before this relay or its witnesses were there, begins anywhere within the first
    // interval, always at the same place: ten thousand sources that start together neither ask together nor follow each other in a crowd for ever.
    private DateTimeOffset RoutineAt_NeedsLock(SourceRecord record)
    {
        var interval = TimeSpan.FromTicks(Math.Max(_options.WitnessInterval.Ticks, _options.RoutineAtMost.Ticks * Model.Sources.All.Length));
        var last = Later(record.Egress.Confirmed?.At, record.AskedAt);
        var witnesses = new DateTimeOffset(Volatile.Read(ref _witnessesSince), TimeSpan.Zero);
        var since = record.Begun > witnesses ? record.Begun : witnesses;
        return last + interval is { } due && due > since ? due : since + (interval * Pace.PlaceOf(record.Source.Id));
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null ? other : other is null || one > other ? one : other;

    /// <summary>The lane to ask, or null: it is open, or the source's own trouble is asked about first, through a few lanes only.</summary>
    internal (LaneState Lane, bool AskNow)? LaneToAsk(LaneErrand errand)
    {
        if (_lanes.Find(errand.Source, errand.Site) is not { IsHeld: true } lane || !_records.TryGetValue(errand.Source, out var record))
            return null;
        lock (record.Lock)
        {
            if (record.Egress.Contradiction is null)
                return (lane, true);
            var first = _lanes.Of(errand.Source).Where(other => other.IsHeld).OrderBy(other => other.Since).ThenBy(other => other.Site.Value, StringComparer.Ordinal).Take(3);
            return (lane, first.Any(other => other.Site == errand.Site));
        }
    }

    internal Source? SourceOf(SourceId id) => _records.GetValueOrDefault(id)?.Source;

    internal ImmutableArray<LaneErrand> HeldLanes() => [.. _lanes.Held.Select(lane => new LaneErrand(lane.Source, lane.Site))];

    /// <summary>A promoted check fails, or did at the last look: only an audit can release its mail.</summary>
    internal bool IsHeldByAudit(SourceId id)
    {
        if (!_records.TryGetValue(id, out var record) || record.Promoted.IsEmpty)
            return false;
        lock (record.Lock)
            return record.WaitsForAudit;
    }

    internal bool HoldsByAudit(SourceId id) => _records.TryGetValue(id, out var record) && !record.Promoted.IsEmpty;

    internal bool IsUnproven(SourceId id) => Of(id)?.ProvenAt is null;

    internal bool CanBind(SourceId id) => Of(id)?.Hold is not { Check: "EG-02" or "EG-03", Reason: "address-missing" };

    private void Deadline(SourceRecord record)
    {
        var now = _time.GetUtcNow();
        var standing = record.Standing;
        var due = Earlier(Earlier(standing.GraceEnds, standing.Override?.Until), _ownNames.NextEnd(record.Source.Id));
        if (due is { } at)
            Want(new DeadlineErrand(record.Source.Id), at - now);
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null ? other : other is null || one < other ? one : other;

    private void Review(bool changed)
    {
        if (!changed)
            return;
        LogDoubt(_doubt.IsRaised ? "in doubt" : "trusted again");
        PatienceChanged();
    }

    /// <summary>The time of day was set by so much: nobody's grace is used up by it, and none becomes longer.</summary>
    internal void ClockSet(TimeSpan by)
    {
        _doubt.ClockSet(by);
        PatienceChanged();
    }

    private void PatienceChanged()
    {
        var clock = _doubt.Clock;
        _journal.Write("clock", () => System.Text.Json.JsonSerializer.Serialize(new StoredClock(StoredClock.CurrentVersion, clock), IdentityJson.Default.StoredClock));
        // Whoever waits for an answer sees the end of its grace come and go with the clock.
        foreach (var record in _records.Values)
            if (record.Standing.Verdict == Verdict.Unknown)
                Tick(record.Source.Id);
    }
}
