using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Namesake.Core.Identity.Authentication;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Reports;

/// <summary>What was reported of one brand's mail, as it is kept over restarts.</summary>
internal sealed record StoredReports(int Version, ImmutableArray<StoredReportRow> Rows)
{
    public const int CurrentVersion = 1;

    /// <returns>Null: of another version, or damaged. Reports come again.</returns>
    public static StoredReports? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ReportsJson.Default.StoredReports) is { Version: CurrentVersion, Rows.IsDefault: false } stored && stored.Rows.All(row => row.ToSender() is not null) ? stored : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>One row of it.</summary>
/// <param name="WasDeclared">The address was that of a source of the brand when it was reported.</param>
public sealed record StoredReportRow(
    ReportKind Kind, string Address, string Domain, string Reporter, long Messages, DateOnly Day, bool SpfInLine, bool DkimInLine, ImmutableArray<string> Selectors, bool WasDeclared)
{
    internal (ReportKind, string, string, string) Key => (Kind, Address, Domain, Reporter);

    internal static StoredReportRow Of(ReportedRow row, DateOnly day, bool isDeclared) => new(
        row.Sender.Kind, row.Sender.Address.ToString(), row.Sender.Domain.Value, row.Sender.Reporter, row.Sender.Messages, day, row.Sender.SpfInLine, row.Sender.DkimInLine, row.Sender.Selectors, isDeclared);

    /// <returns>Null: it was damaged.</returns>
    internal ReportedSender? ToSender() => IPAddress.TryParse(Address, out var address) && DomainName.TryParse(Domain, out var domain, out _) && Reporter is not null && !Selectors.IsDefault
        ? new ReportedSender(Kind, address, Messages, domain, Reporter, SpfInLine, DkimInLine) { Selectors = Selectors }
        : null;
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StoredReports))]
internal sealed partial class ReportsJson : JsonSerializerContext;
