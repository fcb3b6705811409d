using System.Diagnostics;
using System.Diagnostics.Metrics;
using Namesake.Core.Brands;

namespace Namesake.Core.Suppression;

/// <summary>The lists' instruments. Tags are brands and origins, never a recipient.</summary>
internal sealed class SuppressionMetrics : IDisposable
{
    public const string MeterName = "Namesake.Suppressions";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _added;
    private readonly Counter<long> _lifted;
    private readonly Counter<long> _turnedAway;

    public SuppressionMetrics(Func<int> entries)
    {
        _added = _meter.CreateCounter<long>("namesake.suppressions.added", description: "Suppressions begun, by brand and origin.");
        _lifted = _meter.CreateCounter<long>("namesake.suppressions.lifted", description: "Suppressions ended by a person, or by a receiver that took a message, by brand.");
        _turnedAway = _meter.CreateCounter<long>("namesake.suppressions.turned_away", description: "Recipients refused at RCPT or returned with a DSN because they are suppressed, by brand.");
        _meter.CreateObservableGauge("namesake.suppressions.entries", entries, description: "Suppressed recipients of all brands.");
    }

    public void Added(BrandId brand, SuppressionOrigin origin) => _added.Add(1, new TagList { { "brand", brand.Value }, { "origin", NameOf(origin) } });

    public void Lifted(BrandId brand) => _lifted.Add(1, new TagList { { "brand", brand.Value } });

    public void TurnedAway(BrandId brand, int recipients) => _turnedAway.Add(recipients, new TagList { { "brand", brand.Value } });

    public void Dispose() => _meter.Dispose();

    private static string NameOf(SuppressionOrigin origin) => origin switch { SuppressionOrigin.Reply => "reply", SuppressionOrigin.Hand => "hand", SuppressionOrigin.Bounce => "bounce", _ => "import" };
}
