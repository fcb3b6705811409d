using System.Diagnostics.Metrics;
using Namesake.Core.Identity;
using Namesake.Core.Pipeline.Spool;
using Namesake.Web.Queue;

namespace Namesake.Web.Metrics;

/// <summary>What a scrape reads of the relay's state, declared together. Tags are sources and brands, bounded by the configuration; never a recipient or a domain.</summary>
/// <remarks>The instruments of the stages themselves are theirs: the meters <c>Namesake.Pipeline</c>, <c>Namesake.Submission</c> and <c>Namesake.Suppressions</c>.</remarks>
internal sealed class RelayMetrics : IDisposable
{
    public const string MeterName = "Namesake.Web";

    /// <summary>Every meter the API shows.</summary>
    public static readonly string[] Shown = [MeterName, "Namesake.Pipeline", "Namesake.Submission", "Namesake.Suppressions"];

    /// <summary>Most combinations of tags one instrument shows: three verdicts of ten thousand sources, and room. The library's own limit, 2,000, would put the rest into one.</summary>
    public const int MostSeries = 50_000;

    private static readonly Verdict[] Verdicts = Enum.GetValues<Verdict>();

    private readonly Meter _meter = new(MeterName);
    private readonly RunningRelay _relay;
    private readonly QueueTotals _totals;
    private SpoolTotals? _spool;

    public RelayMetrics(RunningRelay relay, QueueTotals totals)
    {
        (_relay, _totals) = (relay, totals);
        _meter.CreateObservableGauge("namesake.sources.verdict", SourceVerdicts, description: "1 for the verdict a source has now, 0 for the others.");
        _meter.CreateObservableGauge("namesake.sources.held", Held, description: "1 while nothing leaves from a source, 0 while it is open.");
        _meter.CreateObservableGauge("namesake.sources.overridden", Overridden, description: "1 while an operator's override opens a source.");
        _meter.CreateObservableGauge("namesake.sources.proof_age", ProofAges, "s", "Age of the newest proof of a source's public address: bounds how long a silent receiver may see another.");
        _meter.CreateObservableGauge("namesake.lanes.held", LanesHeld, description: "Receivers the fence closed for a source alone.");
        _meter.CreateObservableGauge("namesake.submitters.frozen", () => _relay.Submitters.Freezes.Count(freeze => !freeze.IsObserved), description: "Submitters that may hand in nothing, and whose queued mail is held.");
        _meter.CreateObservableGauge("namesake.queue.waiting", Waiting, description: "Recipients in the spool, by brand.");
        _meter.CreateObservableGauge("namesake.spool.undeliverable", () => Spool(totals => totals.Undeliverable), description: "Recipients that could be neither delivered nor told of, kept as long as events.");
        _meter.CreateObservableGauge("namesake.spool.size", () => Spool(totals => totals.SizeBytes), "By", "Database, log and content files on disk.");
        _meter.CreateObservableGauge("namesake.spool.events", () => Spool(totals => totals.EventBytes), "By", "What the events of attempts take.");
        _meter.CreateObservableGauge("namesake.spool.events_cut", () => Spool(totals => totals.EventsFrom is null ? 0 : 1), description: "1 while events younger than spool.eventDays are gone, because of their size or a disk that was short.");
    }

    /// <summary>Reads from the spool what the next scrape shows: instruments can't wait, so it is read before.</summary>
    public async Task PrepareAsync(CancellationToken cancellation)
    {
        await _totals.ReadAsync(cancellation);
        Volatile.Write(ref _spool, await _relay.Spool.TotalsAsync(cancellation));
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<int>> SourceVerdicts() => Standings().SelectMany(standing => Verdicts.Select(verdict => new Measurement<int>(
        standing.Verdict == verdict ? 1 : 0, new KeyValuePair<string, object?>("source", standing.Source.Value), new("verdict", verdict.ToString().ToLowerInvariant()))));

    private IEnumerable<Measurement<int>> Held() => Standings().Select(standing => new Measurement<int>(standing.IsOpen ? 0 : 1, Tag(standing)));

    private IEnumerable<Measurement<int>> Overridden() => Standings().Select(standing => new Measurement<int>(standing.Override is null ? 0 : 1, Tag(standing)));

    private IEnumerable<Measurement<double>> ProofAges()
    {
        var now = _relay.Time.GetUtcNow();
        return Standings().Where(standing => standing.Proof is not null).Select(standing => new Measurement<double>((now - standing.Proof!.At).TotalSeconds, Tag(standing)));
    }

    private IEnumerable<Measurement<int>> LanesHeld()
    {
        var held = _relay.Identity.LaneHolds.CountBy(hold => hold.Source).ToDictionary();
        return Standings().Select(standing => new Measurement<int>(held.GetValueOrDefault(standing.Source), Tag(standing)));
    }

    private IEnumerable<Measurement<long>> Waiting()
    {
        var waiting = _totals.Known.ByBrand;
        return _relay.Model().Brands.All.Select(brand =>
            new Measurement<long>(waiting.GetValueOrDefault(brand.Id), new KeyValuePair<string, object?>("brand", brand.Id.Value)));
    }

    private IEnumerable<Measurement<long>> Spool(Func<SpoolTotals, long> of) => Volatile.Read(ref _spool) is { } totals ? [new Measurement<long>(of(totals))] : [];

    private IEnumerable<SourceStanding> Standings() => _relay.Model().Sources.All.Select(source => _relay.Identity.Of(source.Id)).OfType<SourceStanding>();

    private static KeyValuePair<string, object?> Tag(SourceStanding standing) => new("source", standing.Source.Value);
}
