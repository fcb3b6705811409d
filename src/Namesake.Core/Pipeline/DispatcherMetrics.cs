using System.Diagnostics;
using System.Diagnostics.Metrics;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Pipeline.Gating;

namespace Namesake.Core.Pipeline;

/// <summary>The pipeline's instruments, declared together. Tags are bounded sets, never a recipient.</summary>
internal sealed class DispatcherMetrics : IDisposable
{
    public const string MeterName = "Namesake.Pipeline";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _recipients;
    private readonly Counter<long> _expired;
    private readonly Counter<long> _rests;
    private readonly Histogram<double> _duration;

    public DispatcherMetrics(Dispatcher dispatcher)
    {
        _attempts = _meter.CreateCounter<long>("namesake.delivery.attempts", description: "Attempts by brand, source, outcome and phase.");
        _recipients = _meter.CreateCounter<long>("namesake.delivery.recipients", description: "Recipients settled by attempts, by brand and outcome.");
        _expired = _meter.CreateCounter<long>("namesake.reporting.expired", description: "Consignments whose life ended before they were delivered, by brand.");
        _rests = _meter.CreateCounter<long>("namesake.gating.rests", description: "Times a lane began to rest because its site failed, by source.");
        _duration = _meter.CreateHistogram<double>("namesake.delivery.duration", "s", "Whole attempts, connecting included when it was needed.", tags: null,
            // From a loopback hop to a receiver that takes its time; the library's own buckets are made for milliseconds.
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900] });
        _meter.CreateObservableGauge("namesake.dispatcher.in_memory", () => dispatcher.InMemory, description: "Consignments in memory now.");
        _meter.CreateObservableGauge("namesake.delivery.sessions", () => dispatcher.Slots.Taken, description: "Delivery sessions now.");
        _meter.CreateObservableGauge("namesake.gating.lanes_waiting", () => dispatcher.Slots.Waiting, description: "Lanes that wait for a session because the node or their site has as many as it may.");
    }

    public void Attempted(AttemptEvent attempt, AttemptReport report)
    {
        var tags = new TagList { { "brand", attempt.Brand }, { "source", attempt.Source }, { "outcome", attempt.Outcome }, { "phase", attempt.Phase } };
        _attempts.Add(1, tags);
        _duration.Record(report.Took.TotalSeconds, new TagList { { "outcome", attempt.Outcome } });
        Ended(attempt, report.Outcomes);
    }

    /// <summary>Recipients only: no session was there to measure.</summary>
    public void Ended(AttemptEvent told, IReadOnlyList<Outcome> outcomes)
    {
        if (!_recipients.Enabled)
            return;
        if (outcomes is [var only])
            Count(only.Name, 1);
        else
            foreach (var group in outcomes.GroupBy(outcome => outcome.Name))
                Count(group.Key, group.Count());

        void Count(string outcome, int recipients) =>
            _recipients.Add(recipients, new TagList { { "brand", told.Brand }, { "outcome", told.Outcome == "expired" ? told.Outcome : outcome } });
    }

    public void Expired(Consignment consignment) => _expired.Add(1, new TagList { { "brand", consignment.Key.Brand.Value } });

    public void LaneRested(LaneKey lane) => _rests.Add(1, new TagList { { "source", lane.Source.Value } });

    public void Dispose() => _meter.Dispose();
}
