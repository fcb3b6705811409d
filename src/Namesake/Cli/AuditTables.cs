using System.Collections.Immutable;
using Namesake.Web.Audits;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>An audit for people: the verdict, what failed and how to put it right, and a line that says what was seen and what could not be.</summary>
internal static class AuditTables
{
    /// <summary>Prints the report, and then writes it as a page: a file that can't be written must not cost what was found.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CliException">The page can't be written.</exception>
    public static int Report(Terminal terminal, bool people, ImmutableArray<AuditView> identities, string? html, string title)
    {
        var report = CheckReport.Of(identities);
        if (people)
            Show(terminal, identities);
        else
            terminal.Json(CliJson.Element(report, CliJson.Default.CheckReport));
        if (html is not null)
            AuditPage.Write(html, title, identities, TimeProvider.System.GetUtcNow());
        return report.ExitCode;
    }

    private static void Show(Terminal terminal, ImmutableArray<AuditView> identities)
    {
        foreach (var identity in identities)
        {
            if (identity != identities[0])
                terminal.Line();
            Show(terminal, identity);
        }
    }

    private static void Show(Terminal terminal, AuditView identity)
    {
        terminal.Write(Tables.Facts(
            ("source", identity.Source is null ? null : Tables.Cell(identity.Source)),
            ("address", Tables.Cell(identity.Address ?? "none")),
            ("EHLO", Tables.Cell(identity.Ehlo.Length == 0 ? "none" : identity.Ehlo)),
            ("policy", Tables.Cell(identity.Policy)),
            ("verdict", Tables.Verdict(identity.Verdict, held: false)),
            ("checks", identity.Checks.Length < 2 ? null : Tables.Cell(Count(identity)))));
        Findings(terminal, identity);
        Unanswered(terminal, identity);
        foreach (var trouble in identity.Troubles)
            terminal.Line($"\nnot looked at, for a fault of ours: {trouble}");
        if (identity.Verdict == "aligned" && identity.Findings.IsEmpty)
            terminal.Write(Tables.Cell("\nThe address, its PTR and the name agree, and the name leads back to the address.\n", Color.Green));
    }

    /// <summary>What one silence leaves open is told once, and one fix for several findings is written out once.</summary>
    private static void Findings(Terminal terminal, AuditView identity)
    {
        var fixes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var group in identity.Findings.GroupBy(finding => identity.IsUnanswered(finding.Check) ? finding.Seen : finding.Check, StringComparer.Ordinal))
        {
            var (finding, others) = (group.First(), group.Skip(1).Select(other => other.Check).ToList());
            var severity = !identity.IsUnanswered(finding.Check) ? finding.Severity : others.Count == 0 ? "could not be answered" : $"could not be answered, nor could {string.Join(", ", others)}";
            var known = finding.Fix.Length > 0 && !fixes.TryAdd(finding.Fix, finding.Check);
            FindingTables.Show(terminal, finding.Check, severity, identity.IsUnanswered(finding.Check) ? null : finding.Policy, finding.Seen, finding.Expected, known ? $"as for {fixes[finding.Fix]}" : finding.Fix);
        }
    }

    /// <summary>What else nobody could answer: it decides nothing, and stays a riddle when only its number is told.</summary>
    private static void Unanswered(Terminal terminal, AuditView identity)
    {
        var rest = identity.Checks.Where(check => check.Outcome == "unknown" && identity.Findings.All(finding => finding.Check != check.Check)).GroupBy(check => check.Seen, StringComparer.Ordinal).ToList();
        if (rest.Count == 0)
            return;
        terminal.Line("\nCould not be answered, and decides nothing:");
        terminal.Write(Tables.Facts([.. rest.Select(group => ($"  {group.First().Check}", (Spectre.Console.Rendering.IRenderable?)Tables.Cell(group.Count() == 1 ? group.Key : $"and {string.Join(", ", group.Skip(1).Select(check => check.Check))}: {group.Key}")))]));
    }

    private static string Count(AuditView identity)
    {
        int Of(string outcome) => identity.Checks.Count(check => check.Outcome == outcome);
        var text = $"{Of("pass")} passed, {Of("bad")} failed";
        if (Of("unknown") is > 0 and var unknown)
            text += $", {unknown} could not be answered";
        return $"{text}, {Of("not-applicable")} not applicable, {Of("not-observable")} not observable here";
    }
}
