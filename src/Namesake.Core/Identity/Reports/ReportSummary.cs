using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Identity.Authentication;

namespace Namesake.Core.Identity.Reports;

/// <summary>Reports added up: one row for each address, domain and reporter. A report that comes twice counts once.</summary>
public sealed class ReportSummary
{
    /// <summary>Rows kept; what comes beyond is only counted. A domain that is forged much has thousands.</summary>
    public const int MostRows = 50_000;

    private const int MostSelectors = 16;

    private readonly Dictionary<Key, ReportedRow> _rows = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Different reports that were read.</summary>
    public int Reports { get; private set; }

    /// <summary>Rows that found no place.</summary>
    public long LeftOut { get; private set; }

    /// <summary>What may be ours first, then by messages.</summary>
    public ImmutableArray<ReportedRow> Rows =>
    [
        .. _rows.Values.OrderByDescending(row => row.MayBeOurs).ThenByDescending(row => row.Sender.Messages).ThenBy(row => row.Sender.Domain.Value, StringComparer.Ordinal)
            .ThenBy(row => row.Sender.Address.ToString(), StringComparer.Ordinal),
    ];

    public void Add(SenderReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        // Reporters number their reports as they like; two of one time, size and sum are one.
        var mark = report.Senders is [{ Kind: ReportKind.Feedback }] ? null
            : $"{report.Reporter}|{report.Begin.UtcTicks}|{report.End.UtcTicks}|{report.Senders.Length}|{report.Senders.Sum(sender => (decimal)sender.Messages)}|{report.Senders.FirstOrDefault()?.Domain}|{report.Senders.FirstOrDefault()?.Address}";
        if (mark is not null && _known.Count < MostRows && !_known.Add(mark))
            return;
        Reports++;
        var day = DateOnly.FromDateTime(report.End.UtcDateTime);
        foreach (var sender in report.Senders)
            Add(new ReportedRow(sender, day));
    }

    private void Add(ReportedRow row)
    {
        var key = new Key(row.Sender.Kind, row.Sender.Address, row.Sender.Domain.Value, row.Sender.Reporter, row.Sender.SpfInLine, row.Sender.DkimInLine);
        if (!_rows.TryGetValue(key, out var before))
        {
            if (_rows.Count < MostRows)
                _rows.Add(key, row);
            else
                LeftOut++;
            return;
        }
        _rows[key] = new ReportedRow(
            row.Sender with { Messages = Sum(before.Sender.Messages, row.Sender.Messages), Selectors = [.. before.Sender.Selectors.Union(row.Sender.Selectors, StringComparer.Ordinal).Take(MostSelectors)] },
            before.Day > row.Day ? before.Day : row.Day);
    }

    /// <summary>Reporters choose their numbers.</summary>
    internal static long Sum(long one, long other) => Math.Min(Math.Clamp(one, 0, long.MaxValue / 2) + Math.Clamp(other, 0, long.MaxValue / 2), long.MaxValue / 2);

    private readonly record struct Key(ReportKind Kind, IPAddress Address, string Domain, string Reporter, bool Spf, bool Dkim);
}
