using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Pipeline.Reporting;

namespace Namesake.Core.Pipeline;

public sealed partial class Dispatcher
{
    /// <summary>The attempt's event: what Reporting knows of the consignment, what Delivery knows of the session.</summary>
    private AttemptEvent Event(Waybill waybill, AttemptReport report)
    {
        var model = _model();
        var facts = report.Facts;
        var policy = model.Brands.Find(waybill.Consignment.Key.Brand)?.Policy.ToString().ToLowerInvariant() ?? "gone";
        return AttemptEvents.For(waybill, report.Outcomes, _standings.Of(waybill.Source.Id), policy, model.Node, _time.GetUtcNow()) with
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

    private static double? Milliseconds(TimeSpan? span) => span is { } took ? Math.Round(took.TotalMilliseconds, 2) : null;
}
