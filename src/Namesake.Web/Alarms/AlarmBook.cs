using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Identity;
using Namesake.Web.Queue;

namespace Namesake.Web.Alarms;

/// <summary>What stands now: holds of sources and lanes, doubt about our own resolving, a queue that grows, a disk that fills.</summary>
/// <remarks>What stands is read anew for whoever asks, API, page and webhook alike; whom it hurts is counted in the spool at most every two seconds.</remarks>
internal sealed class AlarmBook(RunningRelay relay, QueueTotals totals, Func<long> freeDisk) : IDisposable
{
    /// <summary>How old a count may be.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly Dictionary<string, DateTimeOffset> _since = new(StringComparer.Ordinal);
    private readonly QueueTrend _trend = new();
    private (long At, AlarmCensus Census)? _counted;

    /// <summary>Held sources first, then lanes, those that keep most mail first, then what is about the relay.</summary>
    public async Task<ImmutableArray<AlarmView>> ReadAsync(CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            var holds = relay.Model().Sources.All.Select(source => relay.Identity.Of(source.Id)?.Hold).OfType<Hold>().ToList();
            var lanes = relay.Identity.LaneHolds;
            var sums = await totals.ReadAsync(cancellation);
            var census = holds.Count + lanes.Length > 0 ? await CensusAsync(cancellation) : AlarmCensus.Nobody;
            return
            [
                .. holds.Select(hold => SourceHeld(hold, sums, census)).OrderByDescending(alarm => alarm.Recipients).ThenBy(alarm => alarm.Source, StringComparer.Ordinal),
                .. lanes.Select(hold => LaneHeld(hold, census)).OrderByDescending(alarm => alarm.Recipients).ThenBy(alarm => alarm.Id, StringComparer.Ordinal),
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

    private IEnumerable<AlarmView> OfTheRelay(QueueSums sums)
    {
        var settings = relay.Alarms();
        var waiting = sums.ByBrand.Values.Sum();
        if (Stands("resolving-in-doubt", relay.Identity.IsResolvingInDoubt) is { } doubtful)
            yield return Plain("resolving-in-doubt", "FB-09", doubtful, "our own resolvers do not answer as they should: verdicts stand as they were, nothing new can be proven", 0, []);
        if (Stands("queue-growing", _trend.Grows(waiting, settings.QueueAbove, relay.Time.GetUtcNow())) is { } growing)
            yield return Plain("queue-growing", null, growing, FormattableString.Invariant($"{waiting:N0} recipients wait, {_trend.Growth(waiting):N0} more than {QueueTrend.Window.TotalMinutes:0} minutes ago"), waiting,
                [.. sums.ByBrand.Where(pair => pair.Value > 0).Select(pair => pair.Key.Value).Order(StringComparer.Ordinal)]);
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
