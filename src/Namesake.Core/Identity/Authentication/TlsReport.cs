using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Authentication;

/// <summary>A report about TLS: the addresses that a sender's mail hosts came from. RFC 8460 §4.4</summary>
internal static class TlsReport
{
    private const int MostRows = 10_000;

    public static bool TryRead(Stream content, [NotNullWhen(true)] out SenderReport? report, [NotNullWhen(false)] out string? error)
    {
        using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 16 });
        var root = document.RootElement;
        report = null;
        if (List(root, "policies") is not { } policies)
        {
            error = "it is JSON, but no report about TLS";
            return false;
        }
        // Who wrote it is known best by whom it says to write to: the name is anything.
        var reporter = ReportFile.OneLine(Text(root, "contact-info") ?? Text(root, "organization-name") ?? "unknown");
        var rows = ImmutableArray.CreateBuilder<ReportedSender>();
        foreach (var policy in policies)
        {
            if (!DomainName.TryParse(Text(Member(policy, "policy"), "policy-domain"), out var domain, out _) || List(policy, "failure-details") is not { } details)
                continue;
            foreach (var detail in details)
                if (rows.Count < MostRows && IPAddress.TryParse(Text(detail, "sending-mta-ip"), out var address))
                    rows.Add(new ReportedSender(ReportKind.Tls, address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, Count(detail), domain, reporter, false, false));
        }
        var range = Member(root, "date-range");
        report = new SenderReport(reporter, Time(range, "start-datetime"), Time(range, "end-datetime"), rows.DrainToImmutable());
        error = null;
        return true;
    }

    private static JsonElement Member(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var member) ? member : default;

    private static JsonElement.ArrayEnumerator? List(JsonElement of, string name) => Member(of, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : null;

    private static string? Text(JsonElement of, string name)
    {
        if (Member(of, name) is not { ValueKind: JsonValueKind.String } member)
            return null;
        try
        {
            return member.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // half a surrogate pair
        }
    }

    private static long Count(JsonElement detail) => Member(detail, "failed-session-count") is { ValueKind: JsonValueKind.Number } count && count.TryGetInt64(out var number) ? number : 0;

    private static DateTimeOffset Time(JsonElement range, string name) =>
        DateTimeOffset.TryParse(Text(range, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : DateTimeOffset.UnixEpoch;
}
