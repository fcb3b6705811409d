using System.Collections.Immutable;
using Namesake.Core.Identity.Reports;

namespace Namesake.Web.Reports;

/// <summary>What became of the senders that were handed in, in their order.</summary>
public sealed record ReportsView(ImmutableArray<ReportPlaceView> Senders)
{
    public static ReportsView Of(ImmutableArray<ReportPlace> places) => new([.. places.Select(place => new ReportPlaceView(place.Brand?.Value, place.IsDeclared, place.IsKept))]);
}

/// <param name="Brand">Whose domain it is; null: nobody's here.</param>
/// <param name="Declared">The address is the public address of one of the brand's sources.</param>
/// <param name="Kept">It may be mail of ours and is not older than 30 days, so audits judge it (AU-11).</param>
public sealed record ReportPlaceView(string? Brand, bool Declared, bool Kept);
