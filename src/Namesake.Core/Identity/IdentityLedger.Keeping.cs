using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

// Over restarts and reloads.
public sealed partial class IdentityLedger
{
    /// <summary>Takes up what was known before the restart. Once, before anything is sent.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        var stored = await _journal.LoadAsync(cancellation);
        if (stored.TryGetValue("clock", out var clock) && Read("clock", clock, IdentityJson.Default.StoredClock) is { Version: StoredClock.CurrentVersion } kept)
            _doubt.Restore(kept.Clock);
        foreach (var (key, json) in stored)
        {
            if (key.StartsWith("source:", StringComparison.Ordinal))
                RestoreSource(key, json);
            else if (key.StartsWith("proxy:", StringComparison.Ordinal) && Read(key, json, IdentityJson.Default.ProxyMark) is { } mark)
                _proxies[mark.Site] = mark;
        }
        foreach (var (key, json) in stored)
            RestoreLaneOrSite(key, json);
        await LoadHistoryAsync(cancellation);
    }

    /// <summary>Another configuration. What stayed the same in address, name and policy keeps its standing; the rest starts unproven.</summary>
    public void Reconfigure(IdentityModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!model.Witnesses.SequenceEqual(Model.Witnesses))
            Volatile.Write(ref _witnessesSince, _time.GetUtcNow().UtcTicks);
        Volatile.Write(ref _model, model);
        foreach (var id in _records.Keys.Where(id => model.Sources.Find(id) is null).ToList())
        {
            _records.TryRemove(id, out _);
            _doubt.Forget(id);
            if (MayDial(id))
                _journal.Forget($"source:{id}");
            ForgetLanes(id);
            NoteGone(id);
        }
        foreach (var source in model.Sources.All)
        {
            if (_records.TryGetValue(source.Id, out var record) && IsSame(record, source, model))
            {
                var basis = Basis(source, model);
                if (!record.Promoted.SetEquals(model.PromotedOf(source.Id)))
                    Promote(record, model.PromotedOf(source.Id));
                if (basis.IsSameAs(record.Basis))
                    continue; // ten thousand sources are not looked at again for one new brand
                lock (record.Lock)
                    record.Basis = basis;
            }
            else
            {
                ForgetLanes(source.Id);
                _doubt.Forget(source.Id);
                Add(source, model);
                NoteConfigured(_records[source.Id]);
                Announce(new StandingChange(source.Id, null, Open: false));
            }
            Want(new ProbeErrand(source.Id), TimeSpan.Zero);
            Want(new WitnessErrand(source.Id), TimeSpan.Zero);
            Want(new AuditErrand(source.Id), TimeSpan.Zero);
        }
    }

    private void Promote(SourceRecord record, ImmutableHashSet<string> promoted)
    {
        StandingChange? change;
        lock (record.Lock)
        {
            record.Promote(promoted);
            change = Publish(record, Context(record, refused: false));
        }

        Announce(change);
        Want(new AuditErrand(record.Source.Id), TimeSpan.Zero);
    }

    private static bool IsSame(SourceRecord record, Source source, IdentityModel model) =>
        SameIdentity(record.Source, source) && record.Policy == model.PolicyOf(source.Id);

    private void Add(Source source, IdentityModel model)
    {
        var record = new SourceRecord(Basis(source, model), model.PolicyOf(source.Id), model.PromotedOf(source.Id), _time.GetUtcNow());
        record.Publish(Context(record, refused: false));
        _records[source.Id] = record;
    }

    private static IdentityFacts Basis(Source source, IdentityModel model)
    {
        var served = model.ServedBrands.GetValueOrDefault(source.Id, []);
        Neighbour Of(Source other) => new(other.Id, other.Ehlo.Value, OtherBrand: !(other.Shared && source.Shared) && !model.ServedBrands.GetValueOrDefault(other.Id, []).All(served.Contains));
        return new IdentityFacts
        {
            Source = source,
            Pool = model.Sources.PoolOf(source.Ehlo),
            SameAddress = [.. model.Sources.At(source.PublicAddress).Where(other => other.Id != source.Id).Select(Of)],
            // Enough to tell: ten thousand sources in one /64 must not each look at ten thousand.
            SameNetwork = [.. model.Sources.InNetworkOf(source.PublicAddress).Take(256).Where(other => !other.PublicAddress.Equals(source.PublicAddress)).Select(Of).Where(other => other.OtherBrand).Take(16)],
            TreatAsPublic = model.TreatAsPublic,
            Senders = model.Senders.GetValueOrDefault(source.Id, []),
        };
    }

    private void RestoreSource(string key, string json)
    {
        if (Read(key, json, IdentityJson.Default.StoredSource) is not { } stored)
            return;
        if (!_records.TryGetValue(new SourceId(key["source:".Length..]), out var record))
        {
            _journal.Forget(key);
            return;
        }
        lock (record.Lock)
        {
            if (!record.IsAbout(stored))
                return;
            var now = _time.GetUtcNow();
            record.Restore(stored, sameNode: stored.Node == Model.Node, now, _doubt.Clock.Read(now));
            record.Publish(Context(record, refused: false));
        }
        Deadline(record);
        TellTrial(record);
    }

    // Their source must be known.
    private void RestoreLaneOrSite(string key, string json)
    {
        if (key.StartsWith("lane:", StringComparison.Ordinal))
            RestoreLane(key, json);
        else if (key.StartsWith("family:", StringComparison.Ordinal))
            RestoreFamily(key, json);
        else if (key.StartsWith("takers:", StringComparison.Ordinal))
            RestoreTakers(key, json);
    }

    private void RestoreLane(string key, string json)
    {
        if (Read(key, json, IdentityJson.Default.StoredLane) is { IsSound: true } stored
            && _records.TryGetValue(stored.Lane.Source, out var record) && record.Source.PublicAddress.ToString() == stored.Expected
            && (stored.Lane.IsHeld || _time.GetUtcNow() - stored.Lane.Latest < _options.SightingWindow))
            _lanes.Put(stored.Lane.NotAhead(_time.GetUtcNow()));
        else
            _journal.Forget(key);
    }

    private void RestoreFamily(string key, string json)
    {
        var now = _time.GetUtcNow();
        if (Read(key, json, IdentityJson.Default.FamilyNote) is { Version: FamilyNote.CurrentVersion } note && note.Holds(now)
            && _records.TryGetValue(new SourceId(note.Source), out var record) && record.Source.PublicAddress.ToString() == note.Public)
            _leftOut.Put(record.Source.Id, new SiteId(note.Site), note, now);
        else
            _journal.Forget(key);
    }

    private void RestoreTakers(string key, string json)
    {
        if (Read(key, json, IdentityJson.Default.StoredTakers) is { Version: StoredTakers.CurrentVersion, Sites.IsDefault: false } stored
            && _records.TryGetValue(new SourceId(key["takers:".Length..]), out var record) && record.Source.PublicAddress.ToString() == stored.Public && record.Source.Ehlo.Value == stored.Ehlo)
            record.Takers.Restore(stored.Sites, _time.GetUtcNow());
        else
            _journal.Forget(key);
    }

    // Nobody waits for it: it is written with whatever comes next, and at the end.
    private void SaveTakers(SourceId source) => _journal.WriteLater(TakersKey(source), () => _records.TryGetValue(source, out var record)
        ? JsonSerializer.Serialize(new StoredTakers(StoredTakers.CurrentVersion, record.Source.PublicAddress.ToString(), record.Source.Ehlo.Value, record.Takers.Kept(_time.GetUtcNow())), IdentityJson.Default.StoredTakers)
        : null);

    private static string TakersKey(SourceId source) => $"takers:{source}";

    private void ForgetLanes(SourceId source)
    {
        foreach (var lane in _leftOut.Forget(source))
            _journal.Forget(FamilyKey(lane.Source, lane.Site));
        _journal.Forget(TakersKey(source));
        foreach (var lane in _lanes.Of(source))
        {
            _lanes.Remove(lane.Source, lane.Site);
            if (MayDial(source))
                _journal.Forget(LaneKey(lane.Source, lane.Site));
        }
        _ownNames.Forget(source);
    }

    // What can't be read is no reason not to start: unproven is always safe.
    private T? Read<T>(string key, string json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException or ArgumentException or FormatException)
        {
            LogUnreadable(key, failure.Message);
            return null;
        }
    }
}
