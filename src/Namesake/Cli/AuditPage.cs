using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text;
using Namesake.Core.Identity.Checks;
using Namesake.Web.Audits;

namespace Namesake.Cli;

/// <summary>An audit as one HTML page that can be sent to a customer: a matrix identity × check, then what failed and how to put it right. It loads nothing from anywhere.</summary>
internal static class AuditPage
{
    // Every text in the page comes from outside: encoded, always.
    private const string Style =
        "body{font:15px/1.45 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}"
        + "h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse}th,td{text-align:left;padding:.25rem .5rem;vertical-align:top;border-bottom:1px solid #d8dee4}"
        + ".matrix{overflow-x:auto}.matrix td,.matrix th{text-align:center;font-size:.8rem;padding:.2rem .3rem}.matrix th:first-child,.matrix td:first-child{text-align:left;position:sticky;left:0;background:#fff}"
        + ".pass{color:#116329}.hold{color:#a40e26;font-weight:600}.fail{color:#953800;font-weight:600}.warn{color:#7d4e00}.info,.unknown,.none{color:#57606a}"
        + "code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}.verdict{font-weight:600}dt{font-weight:600;margin-top:.6rem}dd{margin:0 0 0 1rem;overflow-wrap:anywhere}"
        + "@media print{.matrix{overflow:visible}}";

    public static Option<string?> Option() => new("--html") { HelpName = "FILE", Description = "Writes the report as a page that can be sent to a customer; it loads nothing from anywhere." };

    /// <exception cref="CliException">The file can't be written.</exception>
    public static void Write(string file, string title, ImmutableArray<AuditView> identities, DateTimeOffset now)
    {
        try
        {
            File.WriteAllText(file, Page(title, identities, now));
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CliException(ExitCode.Usage, $"--html {file} can't be written: {trouble.Message}");
        }
    }

    internal static string Page(string title, ImmutableArray<AuditView> identities, DateTimeOffset now)
    {
        var page = new StringBuilder(64 * 1024);
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{Text(title)}</title><style>{Style}</style></head><body>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Text(title)}</h1><p>Looked at by Namesake on {now.UtcDateTime:yyyy-MM-dd HH:mm} UTC.</p>\n");
        Summary(page, identities);
        Matrix(page, identities);
        foreach (var identity in identities)
            Details(page, identity);
        Legend(page, identities);
        return page.Append("</body></html>\n").ToString();
    }

    private static void Summary(StringBuilder page, ImmutableArray<AuditView> identities)
    {
        page.Append("<table><thead><tr><th></th><th>Address</th><th>EHLO name</th><th>Policy</th><th>Verdict</th><th>Must be put right</th></tr></thead><tbody>\n");
        foreach (var identity in identities)
        {
            var wrong = identity.Findings.Count(finding => finding.Severity is "HOLD" or "FAIL");
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(identity.Source ?? "")}</td><td><code>{Text(AddressOf(identity))}</code></td><td><code>{Text(identity.Ehlo)}</code></td><td>{identity.Policy}</td><td class=\"verdict {ClassOf(identity.Verdict)}\">{identity.Verdict}</td><td>{wrong}</td></tr>\n");
        }

        page.Append("</tbody></table>\n");
    }

    private static void Matrix(StringBuilder page, ImmutableArray<AuditView> identities)
    {
        // What nobody could see of any of them is a line below the table, not a column.
        var shown = Catalogue.All.Where(check => identities.Any(identity => ResultOf(identity, check.Id) is { Outcome: "pass" or "bad" or "unknown" })).ToList();
        if (shown.Count == 0)
            return;
        page.Append("<h2>All checks</h2><div class=\"matrix\"><table><thead><tr><th></th>");
        foreach (var check in shown)
            page.Append(CultureInfo.InvariantCulture, $"<th title=\"{Text(check.Card.Title)}\">{check.Id}</th>");
        page.Append("</tr></thead><tbody>\n");
        foreach (var identity in identities)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td><code>{Text(AddressOf(identity))}</code></td>");
            foreach (var check in shown)
            {
                var (mark, kind, why) = CellOf(identity, check);
                page.Append(CultureInfo.InvariantCulture, $"<td class=\"{kind}\" title=\"{Text(why)}\">{mark}</td>");
            }

            page.Append("</tr>\n");
        }

        page.Append("</tbody></table></div><p>✓ passed · ✗ failed and holds mail under the policy · ! failed · ~ punished by some · i for information · ? could not be answered · – does not apply, or can't be seen from here</p>\n");
    }

    private static void Details(StringBuilder page, AuditView identity)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2><code>{Text(AddressOf(identity))}</code> as <code>{Text(identity.Ehlo)}</code>: <span class=\"{ClassOf(identity.Verdict)}\">{identity.Verdict}</span></h2>\n");
        foreach (var trouble in identity.Troubles)
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"fail\">Not looked at, for a fault of ours: {Text(trouble)}</p>\n");
        if (identity.Findings.IsEmpty && identity.Troubles.IsEmpty)
        {
            page.Append("<p class=\"pass\">Nothing to put right.</p>\n");
            return;
        }

        page.Append("<dl>\n");
        foreach (var finding in identity.Findings)
        {
            page.Append(CultureInfo.InvariantCulture, $"<dt class=\"{finding.Severity.ToLowerInvariant()}\">{finding.Check} {(ResultOf(identity, finding.Check)?.Outcome == "unknown" ? "could not be answered" : finding.Severity)}: {Text(Catalogue.Find(finding.Check)?.Card.Title ?? "")}</dt>\n");
            Line(page, "Seen", finding.Seen);
            Line(page, "Expected", finding.Expected);
            Line(page, "To do", finding.Fix);
        }

        page.Append("</dl>\n");
    }

    private static void Legend(StringBuilder page, ImmutableArray<AuditView> identities)
    {
        var unseen = Catalogue.All.Where(check => identities.All(identity => ResultOf(identity, check.Id) is null or { Outcome: "not-observable" })).ToList();
        if (unseen.Count == 0)
            return;
        page.Append("<h2>Not observable from here</h2><p>These were not looked at, and count neither as good nor as bad.</p><table><tbody>\n");
        foreach (var check in unseen)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{check.Id}</td><td>{Text(check.Card.Title)}</td><td>{Text(identities.Select(identity => ResultOf(identity, check.Id)?.Seen).FirstOrDefault(seen => seen is not null) ?? "")}</td></tr>\n");
        page.Append("</tbody></table>\n");
    }

    private static (string Mark, string Class, string Why) CellOf(AuditView identity, IdentityCheck check)
    {
        var result = ResultOf(identity, check.Id);
        return result?.Outcome switch
        {
            "pass" => ("✓", "pass", result.Seen),
            "unknown" => ("?", "unknown", result.Seen),
            "bad" => identity.Findings.FirstOrDefault(finding => finding.Check == check.Id)?.Severity switch
            {
                "HOLD" => ("✗", "hold", result.Seen),
                "FAIL" => ("!", "fail", result.Seen),
                "WARN" => ("~", "warn", result.Seen),
                _ => ("i", "info", result.Seen),
            },
            _ => ("–", "none", result?.Seen ?? ""),
        };
    }

    private static CheckResultView? ResultOf(AuditView identity, string check) => identity.Checks.FirstOrDefault(result => result.Check == check);

    private static void Line(StringBuilder page, string name, string text)
    {
        if (text.Length > 0)
            page.Append(CultureInfo.InvariantCulture, $"<dd>{name}: <code>{Text(text)}</code></dd>\n");
    }

    private static string AddressOf(AuditView identity) => identity.Address ?? "no address";

    private static string ClassOf(string verdict) => verdict switch { "aligned" => "pass", "misaligned" => "hold", _ => "unknown" };

    private static string Text(string text) => WebUtility.HtmlEncode(Terminal.Plain(text));
}
