using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Pipeline.Reporting;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline;

public sealed partial class Dispatcher
{
    /// <summary>The attempt's event: what Reporting knows of the consignment, what Delivery knows of the session.</summary>
    private AttemptEvent Event(Waybill waybill, AttemptReport report)
    {
        var facts = report.Facts;
        return Event(waybill.Consignment, waybill.Source, waybill.Route, report.Outcomes) with
        {
            Local = facts.Local?.ToString(),
            ObservedPublic = facts.Observed?.ToString(),
            Ehlo = facts.Ehlo ?? waybill.Source.Ehlo.Value,
            EhloAfterTls = facts.EhloAfterTls,
            MX = facts.Hop?.Host,
            Remote = facts.Hop is { } hop ? new System.Net.IPEndPoint(hop.Address, hop.Port).ToString() : null,
            Tls = facts.Tls?.Version,
            Cipher = facts.Tls?.Cipher,
            TlsVerified = facts.Tls?.Verified,
            Reused = facts.Reused,
            ConnectMilliseconds = Milliseconds(facts.Connecting),
            TlsMilliseconds = Milliseconds(facts.Handshaking),
            TransactionMilliseconds = Milliseconds(report.Took) ?? 0,
        };
    }

    /// <summary>What never got as far as a session leaves its event and its line too, and so does what ends in the queue: whoever asks where a message went must find it.</summary>
    private AttemptEvent WithoutSession(Consignment consignment, Reachable? route, ImmutableArray<Outcome> outcomes, string? ended = null)
    {
        var told = Event(consignment, _model().Sources.Find(consignment.Key.Source), route, outcomes);
        if (ended is not null)
            told = told with { Outcome = ended, Phase = "queue", NextAttempt = null };
        DispatcherLog.Attempt(_log, told);
        _metrics.Ended(told, outcomes);
        return told;
    }

    private AttemptEvent Event(Consignment consignment, Source? source, Reachable? route, ImmutableArray<Outcome> outcomes)
    {
        var model = _model();
        var policy = model.Brands.Find(consignment.Key.Brand) is { } brand ? AttemptEvents.NameOf(brand.Policy) : "gone";
        return AttemptEvents.For(consignment, source, route, outcomes, _standings.Of(consignment.Key.Source), policy, model.Node, _time.GetUtcNow());
    }

    private static double? Milliseconds(TimeSpan? span) => span is { } took ? Math.Round(took.TotalMilliseconds, 2) : null;
}
