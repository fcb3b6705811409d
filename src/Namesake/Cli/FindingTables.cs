using Namesake.Core.Identity;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>Findings as a postmaster reads them: what failed, what was seen, what is expected, what to do.</summary>
internal static class FindingTables
{
    public static void Show(Terminal terminal, IEnumerable<Finding> findings)
    {
        foreach (var finding in findings)
            Show(terminal, finding.Check, finding.Severity.ToString().ToUpperInvariant(), finding.Policy, finding.Seen, finding.Expected, finding.Fix);
    }

    public static void Show(Terminal terminal, string check, string severity, string? policy, string seen, string expected, string fix)
    {
        terminal.Line();
        terminal.Write(Tables.Facts(
            (check, Tables.Cell($"{severity}{(policy is null ? "" : $", a rule of {policy}")}", severity switch { "HOLD" => Color.Red, "FAIL" => Color.Yellow, "WARN" or "INFO" => null, _ => Color.Yellow })),
            ("  seen", Tables.Cell(seen)),
            ("  expected", Tables.Cell(expected)),
            ("  fix", fix.Length == 0 ? null : Tables.Cell(fix))));
    }
}
