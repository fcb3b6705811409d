using System.Collections.Immutable;
using Namesake.Core.Identity;
using Namesake.Web.Queue;

namespace Namesake.Web.Status;

/// <summary>Puts the relay's state together for the API and the status page.</summary>
internal sealed class StatusReading(RunningRelay relay, QueueTotals totals)
{
    public async Task<StatusView> ReadAsync(CancellationToken cancellation)
    {
        var model = relay.Model();
        var standings = model.Sources.All.Select(source => relay.Identity.Of(source.Id)).ToList();
        var spool = await relay.Spool.TotalsAsync(cancellation);
        var sums = await totals.ReadAsync(cancellation);
        return new StatusView(
            model.Node,
            relay.Version,
            relay.Started,
            [.. relay.Submission.Addresses.Select(address => address.ToString())],
            model.Brands.All.Length,
            new SourceTotals(
                standings.Count,
                standings.Count(standing => standing?.Verdict == Verdict.Aligned),
                standings.Count(standing => standing?.Verdict == Verdict.Misaligned),
                standings.Count(standing => standing is null or { Verdict: Verdict.Unknown }),
                standings.Count(standing => standing is { IsOpen: false }),
                standings.Count(standing => standing?.Override is not null)),
            SpoolTotalsView.Of(spool),
            relay.Dispatcher.InMemory,
            relay.Dispatcher.Lanes.Sum(lane => lane.Sessions),
            relay.Submission.Connections,
            [.. model.TreatAsPublic.Select(range => range.ToString())],
            [.. Alarms(standings.OfType<SourceStanding>(), sums)]);
    }

    /// <summary>Held sources first, then lanes, those that keep most mail first.</summary>
    private IEnumerable<AlarmView> Alarms(IEnumerable<SourceStanding> standings, QueueSums sums)
    {
        var sources = standings.Select(standing => standing.Hold).OfType<Hold>().Select(hold => Alarm(hold, sums.BySource.GetValueOrDefault(hold.Source)));
        // What waits for a lane is known per recipient domain only; counting all of the source's mail would cry louder than the matter is.
        var lanes = relay.Identity.LaneHolds.Select(hold => Alarm(hold, null));
        return sources.OrderByDescending(alarm => alarm.Recipients).ThenBy(alarm => alarm.Source, StringComparer.Ordinal)
            .Concat(lanes.OrderBy(alarm => alarm.Source, StringComparer.Ordinal).ThenBy(alarm => alarm.Site, StringComparer.Ordinal));
    }

    private static AlarmView Alarm(Hold hold, SourceSum? sum)
    {
        ImmutableArray<string> brands = sum is null ? [] : [.. sum.Brands.Select(brand => brand.Value).Order(StringComparer.Ordinal)];
        return new AlarmView(hold.Source.Value, hold.Site?.Value, hold.Check, hold.Reason, hold.Describe(), hold.Since, sum?.Waiting ?? 0, brands);
    }
}
