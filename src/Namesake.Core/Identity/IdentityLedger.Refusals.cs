using System.Net.Sockets;
using System.Text.Json;
using Namesake.Core.Identity.Fencing;
using Namesake.Core.Identity.Verdicts;
using Namesake.Core.Receivers;
using Namesake.Core.Receivers.Replies;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

// What receivers say against us: verdicts.md §4.
public sealed partial class IdentityLedger
{
    private readonly FamilyNotes _leftOut = new();

    public void RefusedForIdentity(IdentityRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        if (!_records.TryGetValue(refusal.Source, out var record))
            return;
        var (now, text) = (_time.GetUtcNow(), refusal.Reply.ToString());
        // A suspicion, or a receiver that could not look: the answer is looked for, nobody is accused.
        var counts = refusal.Verdict.IsIdentity && refusal.Verdict.Subclass != ReplySubclass.DnsTempfail;
        TimeSpan wait;
        bool isNew;
        StandingChange? change = null;
        lock (record.Lock)
        {
            wait = record.LastProbe + _options.RefusalSpacing - now ?? TimeSpan.Zero;
            record.NextProbe = wait > TimeSpan.Zero ? now + wait : now;
            isNew = counts && record.Refusal is not { Answered: false };
            if (counts)
            {
                var note = NoteOf(record, refusal, text, now);
                record.Refused(note);
                if (isNew)
                    record.Refusal = note;
                change = Weigh(record);
            }

            record.Show(now);
        }

        if (isNew)
            LogRefused(refusal.Source, refusal.Site, text);
        Announce(change);
        Want(new ProbeErrand(refusal.Source), wait);
        if (change is { Open: false })
            Want(new DeadlineErrand(refusal.Source), RefusalRules.BetweenTrials);
        if (counts)
            React(record, refusal, text, now, isNew);
    }

    /// <inheritdoc/>
    public void Accepted(SourceId source, SiteId site)
    {
        if (!_records.TryGetValue(source, out var record))
            return;
        if (record.Takers.Took(site, _time.GetUtcNow()))
            SaveTakers(source);
        // Not only while it holds: under an override, or where it is only told, a message taken proves as much.
        if (record.Memories.GetValueOrDefault("FB-01") is not { Standing: CheckStanding.Failing })
            return;
        StandingChange? change;
        lock (record.Lock)
        {
            if (!record.Refusals.Any(note => note.Site == site.Value))
                return;
            record.AcceptedAt = _time.GetUtcNow();
            change = Weigh(record);
        }

        Announce(change);
    }

    /// <inheritdoc/>
    public bool MayTry(SourceId source, SiteId site)
    {
        if (!_records.TryGetValue(source, out var record))
            return false;
        lock (record.Lock)
            return RefusalRules.TrialSite(record.Refusals, _time.GetUtcNow()) == site.Value;
    }

    private void React(SourceRecord record, IdentityRefusal refusal, string text, DateTimeOffset now, bool isNew)
    {
        var source = record.Source;
        if (refusal.Verdict.Subclass == ReplySubclass.V6Identity && source.Family == AddressFamily.InterNetworkV6)
        {
            LeaveOut(source, refusal.Site, text, now);
            Announce(new StandingChange(source.Id, refusal.Site, Open: false));
        }

        if (PublicPart(refusal.Verdict.Quoted.Address) is { } quoted && quoted.AddressFamily == source.Family && !quoted.Equals(source.PublicAddress))
            Quoted(record, refusal, text, quoted, now);
        else if (isNew && source.IsTranslated)
            Want(new WitnessErrand(source.Id), TimeSpan.Zero); // the names may be right and the translation wrong
    }

    /// <summary>FB-03: a hint that we came from somewhere else. The lane is held until its receiver or a witness has seen the right address; the source isn't.</summary>
    private void Quoted(SourceRecord record, IdentityRefusal refusal, string text, System.Net.IPAddress quoted, DateTimeOffset now)
    {
        var (source, site) = (record.Source, refusal.Site);
        bool holds;
        lock (record.Lock)
        {
            var known = _lanes.Find(source.Id, site);
            holds = record.FenceHolds(now) && known is not { IsHeld: true };
            if (known is not { IsHeld: true })
                Settle(record, LaneRules.Wrong(known, new EchoSighting(source.Id, site, refusal.Receiver, quoted, text, now, NewConnection: true, IsWitness: false), _options) with { IsQuoted = true });
        }

        LogForeign(source.Id, refusal.Receiver, quoted, source.PublicAddress, text);
        if (holds)
            Announce(new StandingChange(source.Id, site, Open: false));
        Want(new LaneErrand(source.Id, site), _options.EchoAtFirst);
        Want(new WitnessErrand(source.Id), TimeSpan.Zero);
    }

    private RefusalNote NoteOf(SourceRecord record, IdentityRefusal refusal, string text, DateTimeOffset now)
    {
        var quoted = refusal.Verdict.Quoted;
        var address = PublicPart(quoted.Address) is { } other && other.AddressFamily == record.Source.Family && !other.Equals(record.Source.PublicAddress) ? other.ToString() : null;
        return new RefusalNote(refusal.Site.Value, text, now, Answered: false)
        {
            Subclass = refusal.Verdict.Subclass,
            IsCounted = record.Takers.HasTaken(refusal.Site, now) || KnownLimits.Knows(refusal.Site),
            OtherAddress = address,
            OtherName = quoted.Name is { } name && name.Contains('.', StringComparison.Ordinal) && name != record.Source.Ehlo.Value ? name : null,
        };
    }

    private void LeaveOut(Source source, SiteId site, string reply, DateTimeOffset now)
    {
        foreach (var gone in _leftOut.Put(source.Id, site, new FamilyNote(FamilyNote.CurrentVersion, source.Id.Value, site.Value, source.PublicAddress.ToString(), now, reply), now))
            _journal.Forget(FamilyKey(gone.Source, gone.Site));
        _journal.Write(FamilyKey(source.Id, site), () => _leftOut.Stored(source.Id, site) is { } note ? JsonSerializer.Serialize(note, IdentityJson.Default.FamilyNote) : null);
    }

    private Hold? FamilyHold(SourceId source, SiteId site) => _leftOut.Find(source, site, _time.GetUtcNow()) is { } left
        ? new Hold(source, site, "PT-02", Hold.FamilyLeftOut, $"{site} refused us over IPv6: {left.Reply}", "mail for it over IPv4", left.Since, $"tried again after {FamilyNotes.LeftOut.TotalHours:0} hours")
        : null;

    private static string FamilyKey(SourceId source, SiteId site) => $"family:{source}|{site}";

    /// <summary>What the EHLO reply calls us, for FB-04 and FB-05.</summary>
    private void Note(SourceRecord record, EchoSighting sighting)
    {
        if (!sighting.NewConnection)
            return;
        var echo = EhloEcho.Parse(sighting.FirstLine);
        if (echo is { Name: null, MayBeForged: false, LacksName: false })
            return;
        lock (record.Lock)
            if (record.Named(new NameNote(sighting.Site.Value, sighting.Receiver.Host, echo.Name, echo.MayBeForged, echo.LacksName, sighting.At)))
                record.Show(_time.GetUtcNow());
    }

    /// <summary>A source held for refusals tries one receiver after another: each turn is told.</summary>
    private void TellTrial(SourceRecord record)
    {
        if (record.Standing.Hold is not { Check: "FB-01" })
            return;
        string? site;
        lock (record.Lock)
            site = RefusalRules.TrialSite(record.Refusals, _time.GetUtcNow());
        if (site is not null)
            Announce(new StandingChange(record.Source.Id, new SiteId(site), Open: true));
        Want(new DeadlineErrand(record.Source.Id), RefusalRules.BetweenTrials);
    }
}
