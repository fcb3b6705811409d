using System.Collections.Immutable;
using Namesake.Core.Identity.Reports;
using Namesake.Web.Reports;

namespace Namesake.Cli;

/// <summary>What `reports read --json` prints: a contract with scripts, changed only with a changelog entry.</summary>
/// <param name="Reports">Different reports that were read.</param>
/// <param name="Unread">Files without one.</param>
/// <param name="HandedIn">A relay took it.</param>
public sealed record ReportsReport(int Reports, int Unread, bool HandedIn, ImmutableArray<ReportedAddress> Senders)
{
    /// <summary>Mail of ours that left by another way, as far as it can be told without the brands' selectors.</summary>
    public bool HasStrangers => Senders.Any(sender => sender.IsStranger);
}

/// <param name="Brand">Null: no relay was asked, or the domain is no brand's there.</param>
/// <param name="Declared">Null: no relay was asked.</param>
/// <param name="Kept">The relay's audits judge it.</param>
public sealed record ReportedAddress(
    string? Brand, string Domain, string Address, bool? Declared, bool Kept, string Kind, long Messages, bool Spf, bool Dkim, ImmutableArray<string> Selectors, string Reporter, DateOnly Day)
{
    internal bool IsStranger => Kept && Declared == false;

    public static ReportedAddress Of(ReportedRow row, ReportPlaceView? place)
    {
        ArgumentNullException.ThrowIfNull(row);
        var sender = row.Sender;
        return new ReportedAddress(place?.Brand, sender.Domain.Value, sender.Address.ToString(), place?.Brand is null ? null : place.Declared, place?.Kept == true,
            sender.Kind.ToString().ToLowerInvariant(), sender.Messages, sender.SpfInLine, sender.DkimInLine, sender.Selectors, sender.Reporter, row.Day);
    }
}
