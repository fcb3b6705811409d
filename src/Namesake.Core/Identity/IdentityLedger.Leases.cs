using System.Collections.Immutable;
using Namesake.Core.Identity.Leases;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

// What this node may send from at all (FB-08).
public sealed partial class IdentityLedger
{
    /// <summary>No session, no probe and no word to the store without it.</summary>
    internal bool MayDial(SourceId source) => _leases?.Holds(source) ?? true;

    /// <inheritdoc cref="LeaseBook.LeaseOf"/>
    public SourceLease? LeaseOf(SourceId source) => _leases?.LeaseOf(source);

    private SourceStanding WithoutLease(SourceStanding standing)
    {
        // It may have come back between the two questions.
        if (_leases!.HoldOf(standing.Source) is not { } hold)
            return standing;
        var told = new Finding(hold.Check, FindingSeverity.Hold, hold.Seen, hold.Expected, $"It {hold.EndsWhen}", hold.Since);
        return standing with { Hold = hold, Findings = standing.Findings.Insert(0, told) };
    }

    // Also what was pending when the lease ran out: until it is known whether another has the source, or had it, nothing of it is written.
    private bool MayWrite(string key) => SourceOf(key) is not { } source || !_records.ContainsKey(source) || MayDial(source);

    /// <summary>Takes up what former holders have stored, operators' words above all, before anything is sent from these sources or saved of them.</summary>
    private async Task TakeOverAsync(ImmutableHashSet<SourceId> sources, CancellationToken cancellation)
    {
        var stored = await _journal.LoadAsync(cancellation);
        _journal.Drop(key => SourceOf(key) is { } source && sources.Contains(source));
        // Nothing was sent from them here: what this node remembers of their lanes is from before.
        foreach (var source in sources)
        {
            _leftOut.Forget(source);
            if (!_records.TryGetValue(source, out var record))
                continue;
            lock (record.Lock)
                foreach (var lane in _lanes.Of(source))
                    _lanes.Remove(source, lane.Site);
        }

        foreach (var (key, json) in stored)
        {
            if (SourceOf(key) is not { } source || !sources.Contains(source))
                continue;
            if (key.StartsWith("source:", StringComparison.Ordinal))
                TakeOver(source, key, json);
            else
                RestoreLaneOrSite(key, json);
        }
    }

    private void TakeOver(SourceId source, string key, string json)
    {
        if (Read(key, json, IdentityJson.Default.StoredSource) is not { } stored || !_records.TryGetValue(source, out var record))
            return;
        lock (record.Lock)
        {
            if (stored.Node == Model.Node || !record.IsAbout(stored))
                return; // our own words: they are known
            var now = _time.GetUtcNow();
            record.TakeOver(stored, now, _doubt.Clock.Read(now));
            Weigh(record);
        }
    }

    /// <summary>Whose state lies there; null: nobody's alone.</summary>
    private static SourceId? SourceOf(string key) => key.Split(':', 2) is ["source" or "lane" or "family" or "takers", var rest] ? new SourceId(rest.Split('|', 2)[0]) : null;

    private void LeaseChanged(SourceId source)
    {
        if (!_records.TryGetValue(source, out var record) || Of(source) is not { } standing)
            return;
        Announce(new StandingChange(source, null, standing.IsOpen));
        if (!MayDial(source))
            return;
        // What the outside sees of this node was not asked about while another had the source; DNS was.
        Save(record);
        Deadline(record);
        TellTrial(record);
        Want(new WitnessErrand(source), TimeSpan.Zero);
        foreach (var lane in HeldLanes().Where(lane => lane.Source == source))
            Want(lane, TimeSpan.Zero);
    }
}
