using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.History;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

// What was other before. Everything here happens in memory; the journal writes it behind our back.
public sealed partial class IdentityLedger
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(24);

    private readonly ConcurrentDictionary<SourceId, Trail> _trails = new();

    /// <summary>The past of one source: what stands now, and its changes, the newest first.</summary>
    /// <param name="before">Only changes with smaller numbers; null: from the newest on.</param>
    public async Task<SourceHistory> HistoryAsync(SourceId source, long? before, int limit, CancellationToken cancellation)
    {
        await _journal.FlushAsync(); // what was seen a moment ago is part of it
        var changes = await _journal.ChangesAsync(source, null, before, limit, cancellation);
        return new SourceHistory(_trails.TryGetValue(source, out var trail) ? trail.Present() : [], changes);
    }

    /// <summary>What the checks want to know of the past, and of what sessions said; null when there is no such source.</summary>
    public async Task<HistoryFacts?> HistoryFactsAsync(SourceId id, CancellationToken cancellation)
    {
        if (!_records.TryGetValue(id, out var record))
            return null;
        await _journal.FlushAsync();
        var (source, now) = (record.Source, _time.GetUtcNow());
        var pointers = await _journal.ChangesAsync(id, ObservationKind.Pointers, null, HistoryLimits.Most, cancellation);
        var names = await _journal.NamesAsync(source.PublicAddress.ToString(), source.Ehlo.Value, now - HistoryFacts.Window, HistoryLimits.Most, cancellation);
        var present = _trails.TryGetValue(id, out var trail) ? trail.Find(ObservationKind.Pointers) : null;
        var (since, changes) = HistoryReading.Pointers(source, pointers, present, now, now - HistoryLimits.Kept);
        return new HistoryFacts(now, since, changes, HistoryReading.OtherNames(source, names, now), HistoryReading.FormerAddresses(source, names, Model.Sources, now), record.Greeting,
            [.. _ownNames.Of(id, now).Select(own => new OwnNameReceiver(own.Host, own.Site.Value, own.Since))]);
    }

    /// <summary>Forgets what is too old, at the start and every day.</summary>
    internal async Task KeepHistoryAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await _journal.ForgetChangesAsync(_time.GetUtcNow() - HistoryLimits.Kept, stop);
                await Task.Delay(SweepEvery, _time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private async Task LoadHistoryAsync(CancellationToken cancellation)
    {
        foreach (var observation in await _journal.PresentAsync(cancellation))
            TrailOf(observation.Source).Restore(observation);
        var now = _time.GetUtcNow();
        foreach (var (id, trail) in _trails)
            if (!_records.ContainsKey(id))
            {
                NoteGone(id);
                if (trail.Newest < now - HistoryLimits.Kept && _trails.TryRemove(id, out _))
                    _journal.ForgetHistory(id);
            }
        foreach (var record in _records.Values)
            NoteConfigured(record);
    }

    private void NoteConfigured(SourceRecord record)
    {
        Note(record, ObservationKind.Ehlo, record.Source.PublicAddress.ToString(), record.Source.Ehlo.Value, "configuration");
        Note(record, ObservationKind.Policy, "", record.Policy.ToString().ToLowerInvariant(), "configuration");
    }

    /// <summary>A source that is configured no more says its name no more.</summary>
    private void NoteGone(SourceId id)
    {
        if (_trails.TryGetValue(id, out var trail) && trail.Find(ObservationKind.Ehlo) is { Value.Length: > 0 } last)
            Keep(trail.See(ObservationKind.Ehlo, last.Subject, "", "configuration", Model.Node, _time.GetUtcNow()));
    }

    // A source nobody has proven yet has no verdict to speak of. Where only the check that holds is another, the verdict's own time is not the change's.
    private void NoteVerdict(SourceRecord record)
    {
        var (last, verdict) = (TrailOf(record.Source.Id).Find(ObservationKind.Verdict), record.Verdict.ToString().ToLowerInvariant());
        if (record.Verdict != Verdict.Unknown || last is not null)
            Note(record, ObservationKind.Verdict, record.Conclusion.Hold?.Check ?? "", verdict, "checks", last?.Value == verdict ? null : record.Since);
    }

    private void NoteDns(SourceRecord record, DnsFacts dns)
    {
        if (AgreedOn(dns.Pointer, voice => voice.Pointers.Select(pointer => pointer.Target)) is { } pointers)
            Note(record, ObservationKind.Pointers, record.Source.PublicAddress.ToString(), pointers, ServersOf(dns.Pointer));
        if (AgreedOn(dns.Ehlo, voice => voice.Addresses.Select(address => address.ToString())) is { } addresses)
            Note(record, ObservationKind.Forward, $"{record.Source.Ehlo} {dns.Ehlo.Type.Word()}", addresses, ServersOf(dns.Ehlo));
    }

    private void NoteObserved(SourceRecord record, IPAddress observed, string from)
    {
        var now = _time.GetUtcNow();
        if (now - record.ObservedNotedAt < HistoryLimits.Spacing)
            return;
        if (Note(record, ObservationKind.Observed, record.Source.LocalAddress.ToString(), observed.ToString(), from))
            record.ObservedNotedAt = now;
    }

    private bool Note(SourceRecord record, ObservationKind kind, string subject, string value, string origin, DateTimeOffset? at = null) =>
        MayDial(record.Source.Id) // who waits for a source sees the same as its holder, who writes it down
        && Keep(TrailOf(record.Source.Id).See(kind, subject, value, origin, Model.Node, at ?? _time.GetUtcNow()));

    private bool Keep(ImmutableArray<Observation> observations)
    {
        foreach (var observation in observations)
            _journal.Keep(observation);
        return !observations.IsEmpty;
    }

    private Trail TrailOf(SourceId source) => _trails.GetOrAdd(source, static source => new Trail(source));

    // While servers disagree nothing has changed yet.
    private static string? AgreedOn(DnsEvidence evidence, Func<DnsAnswer, IEnumerable<string>> values)
    {
        var contents = evidence.Voices.Select(voice => string.Join(", ", values(voice).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))).Distinct(StringComparer.Ordinal).Take(2).ToList();
        return contents is [var only] ? only : null;
    }

    private static string ServersOf(DnsEvidence evidence) => string.Join(", ", evidence.Voices.Select(voice => voice.Server).Take(2));
}
