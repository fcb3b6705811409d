using System.Text.Json;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

// What an operator may say. Everything is logged with name and reason, kept over restarts, and shown in the standing.
public sealed partial class IdentityLedger
{
    /// <summary>Opens what DNS and the outside say against a source, for a while. What we control ourselves (EG-02, EG-03, EH-01, FB-08) stays held.</summary>
    /// <returns>Null when it took effect; else why not, for the operator.</returns>
    public string? Override(SourceId source, DateTimeOffset until, string reason, string by)
    {
        var now = _time.GetUtcNow();
        if (!_records.TryGetValue(source, out var record))
            return $"there is no source {source}";
        if (string.IsNullOrWhiteSpace(reason))
            return "an override needs a reason";
        if (until <= now)
            return "the override would be over already";
        if (until - now > _options.OverrideAtMost)
            return $"an override lasts at most {_options.OverrideAtMost.TotalHours:0} hours";
        Change(record, () => record.Override = new OverrideNote(until, reason, by));
        LogOperator(by, $"override until {until:u}", source.Value, reason);
        Want(new DeadlineErrand(source), until - now);
        return null;
    }

    public string? EndOverride(SourceId source, string by)
    {
        if (!_records.TryGetValue(source, out var record))
            return $"there is no source {source}";
        Change(record, () => record.Override = null);
        LogOperator(by, "end of override", source.Value, "");
        return null;
    }

    /// <summary>An operator's dated word that the translation to the public address holds. Shown as "attested", never as an observation; a contradiction by the outside outweighs it.</summary>
    public string? Attest(SourceId source, string by)
    {
        if (!_records.TryGetValue(source, out var record))
            return $"there is no source {source}";
        if (!record.Source.IsTranslated)
            return $"{source} is not translated: its public address is its own, there is nothing to attest";
        Change(record, () => record.Attested = new Attestation(by, DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime)));
        LogOperator(by, "attestation", source.Value, "");
        Want(new ProbeErrand(source), TimeSpan.Zero);
        return null;
    }

    /// <summary>Declares a site's echo to be a proxy's: silent from then on. Only when witnesses have confirmed our address since that site saw another, for every source it stopped.</summary>
    public string? MarkProxy(SiteId site, string by)
    {
        var lanes = _lanes.Held.Where(lane => lane.Site == site).ToList();
        if (lanes.Count == 0)
            return $"no lane to {site} is held by the fence";
        foreach (var lane in lanes)
        {
            if (!_records.TryGetValue(lane.Source, out var record))
                continue;
            lock (record.Lock)
                if (record.Egress.Contradiction is not null || !(record.Egress.WitnessedAt > lane.Latest))
                    return $"no witness has confirmed {record.Source.PublicAddress} for {lane.Source} since {lane.Latest:u}, when {lane.Hop.Host} saw {lane.Observed}: it may be right";
        }
        var mark = new ProxyMark(site.Value, by, _time.GetUtcNow());
        _proxies[site.Value] = mark;
        _journal.Write($"proxy:{site}", () => JsonSerializer.Serialize(mark, IdentityJson.Default.ProxyMark));
        LogOperator(by, "proxy mark", site.Value, $"{lanes.Count} lanes released");
        foreach (var lane in lanes)
            if (_records.TryGetValue(lane.Source, out var record))
            {
                StandingChange? change;
                lock (record.Lock)
                    change = Settle(record, lane with { IsHeld = false });
                Announce(change);
            }
        return null;
    }

    public string? UnmarkProxy(SiteId site, string by)
    {
        if (!_proxies.TryRemove(site.Value, out _))
            return $"{site} is not marked";
        _journal.Forget($"proxy:{site}");
        LogOperator(by, "end of proxy mark", site.Value, "");
        return null;
    }

    /// <summary>Sites marked at run time; the configuration's come on top.</summary>
    public IReadOnlyCollection<ProxyMark> ProxyMarks => [.. _proxies.Values];

    private void Change(SourceRecord record, Action change)
    {
        StandingChange? moved;
        var before = _lanes.Of(record.Source.Id).Where(lane => lane.IsHeld).ToList();
        bool heldBefore, holdsNow;
        lock (record.Lock)
        {
            heldBefore = record.FenceHolds(_time.GetUtcNow());
            change();
            holdsNow = record.FenceHolds(_time.GetUtcNow());
            moved = Weigh(record);
        }
        Announce(moved);
        if (heldBefore != holdsNow)
            foreach (var lane in before)
                Announce(new StandingChange(lane.Source, lane.Site, Open: !holdsNow));
    }
}
