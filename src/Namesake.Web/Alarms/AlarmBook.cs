using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Identity;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Pipeline.Submission;
using Namesake.Web.Queue;
using Namesake.Web.Submitters;

namespace Namesake.Web.Alarms;

/// <summary>What stands now: holds of sources and lanes, submitters that are frozen, doubt about our own resolving, a queue that grows, a disk that fills.</summary>
/// <remarks>What stands is read anew for whoever asks, API, page and webhook alike; whom it hurts is counted in the spool at most every two seconds.</remarks>
internal sealed class AlarmBook(RunningRelay relay, QueueTotals totals, Func<long> freeDisk) : IDisposable
{
    /// <summary>How old a count may be.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly Dictionary<string, DateTimeOffset> _since = new(StringComparer.Ordinal);
    private readonly QueueTrend _trend = new();
    private (long At, AlarmCensus Census)? _counted;

    /// <summary>Held sources first, then lanes, those that keep most mail first, then submitters, then mail somebody keeps back, then what is about the relay.</summary>
    public async Task<ImmutableArray<AlarmView>> ReadAsync(CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            var holds = relay.Model().Sources.All.Select(source => relay.Identity.Of(source.Id)?.Hold).OfType<Hold>().ToList();
            var lanes = relay.Identity.LaneHolds;
            var sums = await totals.ReadAsync(cancellation);
            var kept = sums.Kept > 0 ? await relay.Spool.HoldsAsync(new SpoolFilter(), cancellation) : [];
            var census = holds.Count + lanes.Length > 0 ? await CensusAsync(cancellation) : AlarmCensus.Nobody;
            return
            [
                .. holds.Select(hold => SourceHeld(hold, sums, census)).OrderByDescending(alarm => alarm.Recipients).ThenBy(alarm => alarm.Source, StringComparer.Ordinal),
                .. lanes.Select(hold => LaneHeld(hold, census)).OrderByDescending(alarm => alarm.Recipients).ThenBy(alarm => alarm.Id, StringComparer.Ordinal),
                .. Submitters(kept),
                .. kept.Where(hold => !relay.Submitters.Holds(hold.Hold.Id)).OrderByDescending(hold => hold.Recipients).Select(MailKept),
                .. OfTheRelay(sums),
            ];
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose() => _reading.Dispose();

    private async Task<AlarmCensus> CensusAsync(CancellationToken cancellation)
    {
        if (_counted is { } counted && relay.Time.GetElapsedTime(counted.At) < Age)
            return counted.Census;
        var census = await AlarmCensus.TakeAsync(relay.Spool, cancellation);
        _counted = (relay.Time.GetTimestamp(), census);
        return census;
    }

    private IEnumerable<AlarmView> Submitters(ImmutableArray<HoldSummary> kept)
    {
        var held = HeldMail.Of(kept);
        return relay.Submitters.Freezes.Select(freeze => Unlike(freeze, held.Of(relay, freeze.Submitter)))
            .OrderBy(alarm => alarm.Kind, StringComparer.Ordinal).ThenByDescending(alarm => alarm.Since);
    }

    private static AlarmView Unlike(Freeze freeze, long held)
    {
        var kind = freeze.IsObserved ? "submitter-observed" : "submitter-frozen";
        var text = FormattableString.Invariant($"{freeze.Submitter} of brand {freeze.Brand?.Value ?? "unknown"} ")
            + (freeze.IsObserved ? FormattableString.Invariant($"is unlike itself: {freeze.Reason}; nothing is stopped, since anomalies are only observed") : FormattableString.Invariant($"is frozen by {freeze.By}: {freeze.Reason}; change its password, look at its mail, then `{freeze.Thaw}`"))
            + FormattableString.Invariant($". It had handed in {freeze.Numbers.Messages:N0} messages to {freeze.Numbers.Recipients:N0} recipients that day");
        return new AlarmView($"{kind} {freeze.Submitter}", kind, null, null, null, freeze.Rule, text, freeze.Since, held, 0, 0, false, freeze.Brand is { } brand ? [brand.Value] : [], freeze.Submitter);
    }

    private static AlarmView SourceHeld(Hold hold, QueueSums sums, AlarmCensus census)
    {
        var sum = sums.BySource.GetValueOrDefault(hold.Source);
        var counted = census.Of(hold.Source);
        return Held("source-held", $"source-held {hold.Source}", hold, sum?.Waiting ?? 0, counted, sum?.Brands ?? [], census.IsPart);
    }

    private AlarmView LaneHeld(Hold hold, AlarmCensus census)
    {
        // Which site a domain's mail goes to is known where it was routed lately; mail nobody has tried to send isn't counted.
        var counted = census.Of(key => key.Source == hold.Source && relay.Dispatcher.StandingOf(key).Route?.Site == hold.Site);
        return Held("lane-held", $"lane-held {hold.Source} {hold.Site}", hold, counted.Recipients, counted, counted.Brands, census.IsPart);
    }

    private static AlarmView Held(string kind, string id, Hold hold, long recipients, AlarmCount counted, IEnumerable<BrandId> brands, bool atLeast) => new(
        id, kind, hold.Source.Value, hold.Site?.Value, hold.Check, hold.Reason, hold.Describe(), hold.Since, recipients, counted.Messages, counted.Senders, atLeast && recipients > 0,
        [.. brands.Select(brand => brand.Value).Order(StringComparer.Ordinal)]);

    private static AlarmView MailKept(HoldSummary kept) => Plain($"mail-kept {kept.Hold.Id}", null, kept.Hold.Since,
        $"kept back by {kept.Hold.By} {(kept.Hold.Until is { } until ? FormattableString.Invariant($"until {until:yyyy-MM-dd HH:mm} UTC") : "until it is released")}: {kept.Hold.Reason}", kept.Recipients, [])
        with { Kind = "mail-kept" };

    private IEnumerable<AlarmView> OfTheRelay(QueueSums sums)
    {
        var settings = relay.Alarms();
        var waiting = sums.ByBrand.Values.Sum();
        if (Stands("resolving-in-doubt", relay.Identity.IsResolvingInDoubt) is { } doubtful)
            yield return Plain("resolving-in-doubt", "FB-09", doubtful, "our own resolvers do not answer as they should: verdicts stand as they were, nothing new can be proven", 0, []);
        if (Stands("queue-growing", _trend.Grows(waiting, settings.QueueAbove, relay.Time.GetUtcNow())) is { } growing)
            yield return Plain("queue-growing", null, growing, FormattableString.Invariant($"{waiting:N0} recipients wait, {_trend.Growth(waiting):N0} more than {QueueTrend.Window.TotalMinutes:0} minutes ago"), waiting,
                [.. sums.ByBrand.Where(pair => pair.Value > 0).Select(pair => pair.Key.Value).Order(StringComparer.Ordinal)]);
        if (Stands("clock-jumped", relay.ClockOff() is not null) is { } jumped && relay.ClockOff() is { } off)
            yield return Plain("clock-jumped", null, jumped, FormattableString.Invariant($"the machine's clock jumped by {off.TotalSeconds:+#,0;-#,0} seconds; the relay keeps its own time"), 0, []);
        var free = settings.DiskBelow > 0 ? freeDisk() : long.MaxValue;
        if (Stands("disk-low", free < settings.DiskBelow) is { } low)
            yield return Plain("disk-low", null, low, FormattableString.Invariant($"{free >> 20:N0} MiB are free where the spool is; below spool.minimumFreeDisk no mail is taken"), 0, []);
    }

    private static AlarmView Plain(string kind, string? check, DateTimeOffset since, string text, long recipients, ImmutableArray<string> brands) =>
        new(kind, kind, null, null, check, null, text, since, recipients, 0, 0, false, brands);

    private DateTimeOffset? Stands(string id, bool stands)
    {
        if (!stands)
        {
            _since.Remove(id);
            return null;
        }

        _since.TryAdd(id, relay.Time.GetUtcNow());
        return _since[id];
    }
}
