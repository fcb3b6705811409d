using System.Collections.Immutable;
using Namesake.Web.Audits;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>An audit for people: the verdict, what failed and how to put it right, and a line that says what was seen and what could not be.</summary>
internal static class AuditTables
{
    public static void Show(Terminal terminal, ImmutableArray<AuditView> identities)
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
        foreach (var finding in identity.Findings)
            FindingTables.Show(terminal, finding.Check, finding.Severity, finding.Policy, finding.Seen, finding.Expected, finding.Fix);
        foreach (var trouble in identity.Troubles)
            terminal.Line($"\nnot looked at, for a fault of ours: {trouble}");
        if (identity.Verdict == "aligned" && identity.Findings.IsEmpty)
            terminal.Write(Tables.Cell("\nThe address, its PTR and the name agree, and the name leads back to the address.\n", Color.Green));
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
