using Namesake.Core.Identity;
using Namesake.Web.Alarms;

namespace Namesake.Web.Status;

/// <summary>Puts the relay's state together for the API and the status page.</summary>
internal sealed class StatusReading(RunningRelay relay, AlarmBook alarms)
{
    public async Task<StatusView> ReadAsync(CancellationToken cancellation)
    {
        var model = relay.Model();
        var standings = model.Sources.All.Select(source => relay.Identity.Of(source.Id)).ToList();
        var spool = await relay.Spool.TotalsAsync(cancellation);
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
            relay.Dispatcher.Slots.Taken,
            relay.Submission.Connections,
            relay.Dispatcher.Suspensions.Count(),
            [.. model.TreatAsPublic.Select(range => range.ToString())],
            await alarms.ReadAsync(cancellation));
    }
}
