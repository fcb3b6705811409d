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
        ":root{color-scheme:light dark;--text:#1b1f24;--page:#fff;--line:#d8dee4;--pass:#116329;--hold:#a40e26;--fail:#953800;--warn:#7d4e00;--faint:#57606a}"
        + "@media(prefers-color-scheme:dark){:root{--text:#e6edf3;--page:#0d1117;--line:#30363d;--pass:#56d364;--hold:#ff7b72;--fail:#ffa657;--warn:#e3b341;--faint:#9198a1}}"
        + "body{font:15px/1.45 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:var(--text);background:var(--page)}"
        + "h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}h1,h2{overflow-wrap:anywhere}a{color:inherit}table{border-collapse:collapse}"
        + "th,td{text-align:left;padding:.25rem .5rem;vertical-align:top;border-bottom:1px solid var(--line)}th:first-child,td:first-child{padding-left:0;white-space:nowrap}"
        + ".wide{overflow-x:auto}.summary .name{min-width:12rem}.summary .address{white-space:nowrap}"
        + ".matrix td,.matrix th{text-align:center;font-size:.8rem;padding:.2rem .25rem;min-width:1.1rem}.matrix .group{border-left:1px solid var(--line)}"
        + ".matrix th:first-child,.matrix td:first-child{text-align:left;position:sticky;left:0;background:var(--page);padding-right:.6rem}"
        + ".pass{color:var(--pass)}.hold{color:var(--hold);font-weight:600}.fail{color:var(--fail);font-weight:600}.warn{color:var(--warn)}.info,.unknown,.none{color:var(--faint)}"
        + "code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}td.address code,.matrix code{overflow-wrap:normal}.verdict{font-weight:600}dt{font-weight:600;margin-top:.6rem}dd{margin:0 0 0 1rem;overflow-wrap:anywhere}"
        + "@page{size:landscape;margin:1cm}@media print{:root{color-scheme:light}body{max-width:none;margin:0;font-size:12px}.wide{overflow:visible}.matrix{zoom:.8}.matrix.many{zoom:.5}.matrix td,.matrix th{padding:.1rem;min-width:0}tr,dt,dd{break-inside:avoid}h2,dt{break-after:avoid}}";

    /// <summary>Columns that fit a sheet of A4 in legible size.</summary>
    private const int MostInPrint = 50;

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
        for (var i = 0; i < identities.Length; i++)
            Details(page, identities[i], i);
        Legend(page, identities);
        return page.Append("</body></html>\n").ToString();
    }

    private static void Summary(StringBuilder page, ImmutableArray<AuditView> identities)
    {
        var sourced = identities.Any(identity => identity.Source is not null);
        page.Append(CultureInfo.InvariantCulture, $"<div class=\"wide\"><table class=\"summary\"><thead><tr>{(sourced ? "<th>Source</th>" : "")}<th>Address</th><th>Verdict</th><th>To put right</th><th>EHLO name</th><th>Policy</th></tr></thead><tbody>\n");
        for (var i = 0; i < identities.Length; i++)
        {
            var identity = identities[i];
            var wrong = identity.Findings.Count(finding => finding.Severity is "HOLD" or "FAIL");
            page.Append(CultureInfo.InvariantCulture, $"<tr>{(sourced ? $"<td>{Text(identity.Source ?? "")}</td>" : "")}<td class=\"address\"><a href=\"#i{i}\"><code>{Text(AddressOf(identity))}</code></a></td><td class=\"verdict {ClassOf(identity.Verdict)}\">{identity.Verdict}</td><td>{wrong}</td><td class=\"name\"><code>{Name(identity.Ehlo)}</code></td><td>{identity.Policy}</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void Matrix(StringBuilder page, ImmutableArray<AuditView> identities)
    {
        // What nobody could see of any of them is a line below the table, not a column.
        var shown = Catalogue.All.Where(check => identities.Any(identity => ResultOf(identity, check.Id) is { Outcome: "pass" or "bad" or "unknown" })).ToList();
        if (shown.Count == 0)
            return;
        // The group above, the number below: 92 ids beside each other fit no screen and no sheet.
        var begins = shown.Where((check, i) => i == 0 || check.Id[..2] != shown[i - 1].Id[..2]).ToHashSet();
        page.Append(CultureInfo.InvariantCulture, $"<h2>All checks</h2><div class=\"wide\"><table class=\"matrix{(shown.Count > MostInPrint ? " many" : "")}\"><thead><tr><th></th>");
        foreach (var first in begins)
            page.Append(CultureInfo.InvariantCulture, $"<th class=\"group\" colspan=\"{shown.Count(check => check.Id[..2] == first.Id[..2])}\">{first.Id[..2]}</th>");
        page.Append("</tr><tr><th></th>");
        foreach (var check in shown)
            page.Append(CultureInfo.InvariantCulture, $"<th{(begins.Contains(check) ? " class=\"group\"" : "")} title=\"{check.Id}: {Text(check.Card.Title)}\">{check.Id[3..]}</th>");
        page.Append("</tr></thead><tbody>\n");
        foreach (var identity in identities)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td><code>{Text(AddressOf(identity))}</code></td>");
            foreach (var check in shown)
            {
                var (mark, kind, why) = CellOf(identity, check);
                page.Append(CultureInfo.InvariantCulture, $"<td class=\"{kind}{(begins.Contains(check) ? " group" : "")}\" title=\"{check.Id}: {Text(why)}\">{mark}</td>");
            }

            page.Append("</tr>\n");
        }

        page.Append("</tbody></table></div><p>✓ passed · ✗ failed and holds mail under the policy · ! failed · ~ punished by some · i for information · ? could not be answered · – does not apply, or can't be seen from here</p>\n");
    }

    private static void Details(StringBuilder page, AuditView identity, int place)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2 id=\"i{place}\"><code>{Text(AddressOf(identity))}</code> as <code>{Name(identity.Ehlo)}</code>: <span class=\"{ClassOf(identity.Verdict)}\">{identity.Verdict}</span></h2>\n");
        foreach (var trouble in identity.Troubles)
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"fail\">Not looked at, for a fault of ours: {Text(trouble)}</p>\n");
        if (identity.Findings.IsEmpty && identity.Troubles.IsEmpty)
        {
            page.Append("<p class=\"pass\">Nothing to put right.</p>\n");
            return;
        }

        page.Append("<dl>\n");
        var fixes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var finding in identity.Findings)
        {
            page.Append(CultureInfo.InvariantCulture, $"<dt class=\"{finding.Severity.ToLowerInvariant()}\">{finding.Check} {(identity.IsUnanswered(finding.Check) ? "could not be answered" : finding.Severity)}: {Text(Catalogue.Find(finding.Check)?.Card.Title ?? "")}</dt>\n");
            Line(page, "Seen", finding.Seen);
            Line(page, "Expected", finding.Expected);
            Line(page, "To do", finding.Fix.Length == 0 || fixes.TryAdd(finding.Fix, finding.Check) ? finding.Fix : $"as for {fixes[finding.Fix]}");
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

    /// <summary>May be broken behind a dot.</summary>
    private static string Name(string name) => Text(name).Replace(".", ".<wbr>", StringComparison.Ordinal);

    private static string AddressOf(AuditView identity) => identity.Address ?? "no address";

    private static string ClassOf(string verdict) => verdict switch { "aligned" => "pass", "misaligned" => "hold", _ => "unknown" };

    private static string Text(string text) => WebUtility.HtmlEncode(Terminal.Plain(text));
}
