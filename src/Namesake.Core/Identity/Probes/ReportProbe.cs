using System.Net;
using Namesake.Core.Brands;
using Namesake.Core.Identity.Authentication;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Reports;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity.Probes;

/// <summary>Puts what receivers reported of the mail of a source's brands into its facts. For AU-11.</summary>
public sealed class ReportProbe(ReportBook book, Func<BrandDirectory> brands, Func<SourceDirectory> sources) : IFactProbe
{
    public string Name => "reports";

    public Task<Func<IdentityFacts, IdentityFacts>> LookAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(basis);
        var reports = book.IsEmpty ? null : Of(basis.Source.Id);
        return Task.FromResult<Func<IdentityFacts, IdentityFacts>>(facts => reports is null ? facts : facts with { Authentication = (facts.Authentication ?? new AuthenticationFacts()) with { Reports = reports } });
    }

    private ReportFacts? Of(SourceId id)
    {
        var served = brands().All.Where(brand => brand.Sources.Contains(id)).ToList();
        var rows = served.SelectMany(brand => book.Of(brand.Id)).ToList();
        if (rows.Count == 0)
            return null;
        var all = sources();
        var declared = served.SelectMany(brand => brand.Sources).Select(all.Find).OfType<Source>().Select(source => source.PublicAddress);
        var former = rows.Where(row => row.WasDeclared).Select(row => row.ToSender()).OfType<ReportedSender>().Select(sender => sender.Address);
        return new ReportFacts(Start(rows.Min(row => row.Day)), Start(rows.Max(row => row.Day)), [.. rows.Select(row => row.ToSender()).OfType<ReportedSender>()], [.. declared.Concat(former).Distinct<IPAddress>()]);
    }

    private static DateTimeOffset Start(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}
