using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Namesake.Core.Brands;
using Namesake.Core.Identity.Authentication;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Reports;

/// <summary>What receivers reported of each brand's mail within 30 days, beside the verdicts under "reports:BRAND". For AU-11.</summary>
/// <remarks>Only what may be ours is kept, and of each reporter and address only the newest day: reading a report twice changes nothing. Nodes that share a database each know what was
/// handed to them, and what they found when they started.</remarks>
public sealed class ReportBook(IIdentityStore store, Func<BrandDirectory> brands, Func<SourceDirectory> sources, TimeProvider time) : IDisposable
{
    /// <summary>As long as other evidence of the past counts.</summary>
    public static readonly TimeSpan Kept = Facts.HistoryFacts.Window;

    /// <summary>Rows kept of one brand; the oldest give way.</summary>
    public const int MostRows = 300;

    private const string Prefix = "reports:";

    private readonly ConcurrentDictionary<BrandId, ImmutableArray<StoredReportRow>> _rows = new();
    private readonly SemaphoreSlim _keeping = new(1);

    public bool IsEmpty => _rows.IsEmpty;

    /// <summary>Takes up what was kept before the restart.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        foreach (var (key, json) in await store.LoadAsync(cancellation))
            if (key.StartsWith(Prefix, StringComparison.Ordinal))
                if (StoredReports.Read(json) is { } stored && Fresh(stored.Rows) is { IsEmpty: false } rows)
                    _rows[new BrandId(key[Prefix.Length..])] = rows;
                else
                    await store.SaveAsync(key, null);
    }

    /// <summary>What is known of a brand's mail.</summary>
    public ImmutableArray<StoredReportRow> Of(BrandId brand) => Fresh(_rows.GetValueOrDefault(brand, []));

    /// <summary>Whose each row is, and whether the brand declares the address; stored before this ends.</summary>
    /// <returns>In the order of the rows.</returns>
    public async Task<ImmutableArray<ReportPlace>> KeepAsync(IReadOnlyList<ReportedRow> rows, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var (allBrands, allSources) = (brands(), sources());
        var places = rows.Select(row => Place(row, allBrands, allSources)).ToImmutableArray();
        await _keeping.WaitAsync(cancellation);
        try
        {
            foreach (var ofBrand in rows.Zip(places).Where(pair => pair.Second.IsKept).GroupBy(pair => pair.Second.Brand!.Value))
            {
                var merged = Merge(Of(ofBrand.Key), ofBrand.Select(pair => StoredReportRow.Of(pair.First, Today(pair.First.Day), pair.Second.IsDeclared)));
                await store.SaveAsync($"{Prefix}{ofBrand.Key}", JsonSerializer.Serialize(new StoredReports(StoredReports.CurrentVersion, merged), ReportsJson.Default.StoredReports));
                _rows[ofBrand.Key] = merged;
            }
        }
        finally
        {
            _keeping.Release();
        }
        return places;
    }

    public void Dispose() => _keeping.Dispose();

    private ReportPlace Place(ReportedRow row, BrandDirectory allBrands, SourceDirectory allSources)
    {
        if (OwnerOf(row.Sender, allBrands) is not { } brand)
            return new ReportPlace(null, false, false);
        var isDeclared = brand.Sources.Select(allSources.Find).Any(source => source?.PublicAddress.Equals(row.Sender.Address) == true);
        return new ReportPlace(brand.Id, isDeclared, row.MayBeOurs && IsFresh(row.Day));
    }

    /// <summary>Of a report about TLS only its writer can be ours: it is about the domain that was sent to.</summary>
    private static Brand? OwnerOf(ReportedSender sender, BrandDirectory allBrands)
    {
        if (sender.Kind != ReportKind.Tls)
            return allBrands.OwnerOfReversePath(sender.Domain);
        var at = sender.Reporter.LastIndexOf('@');
        if (at < 0 || !DomainName.TryParse(sender.Reporter[(at + 1)..], out var domain, out _))
            return null;
        for (var part = domain; part is not null; part = part.Parent)
            if (allBrands.OwnerOfReversePath(part) is { } owner)
                return owner;
        return null;
    }

    private static ImmutableArray<StoredReportRow> Merge(ImmutableArray<StoredReportRow> before, IEnumerable<StoredReportRow> news)
    {
        var merged = before.ToDictionary(row => row.Key);
        foreach (var row in news)
            if (!merged.TryGetValue(row.Key, out var known) || known.Day <= row.Day)
                // An address that was declared once is no stranger when its source is gone.
                merged[row.Key] = row with { WasDeclared = row.WasDeclared || known?.WasDeclared == true };
        return [.. merged.Values.OrderByDescending(row => row.Day).ThenByDescending(row => row.Messages).ThenBy(row => row.Address, StringComparer.Ordinal).Take(MostRows)];
    }

    private ImmutableArray<StoredReportRow> Fresh(ImmutableArray<StoredReportRow> rows) => [.. rows.Where(row => IsFresh(row.Day))];

    private bool IsFresh(DateOnly day) => day > DateOnly.FromDateTime((time.GetUtcNow() - Kept).UtcDateTime);

    /// <summary>A reporter whose clock is wrong must not be the newest for ever.</summary>
    private DateOnly Today(DateOnly day) => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime) is var today && day > today ? today : day;
}

/// <summary>Where a reported row belongs.</summary>
/// <param name="Brand">Null: the domain is no brand's.</param>
/// <param name="IsDeclared">The address is the public address of one of the brand's sources.</param>
/// <param name="IsKept">It may be ours and is not too old, so the audit judges it.</param>
public sealed record ReportPlace(BrandId? Brand, bool IsDeclared, bool IsKept);
