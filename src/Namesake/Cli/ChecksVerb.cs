using System.CommandLine;
using System.Collections.Immutable;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>namesake checks: what is looked at, and what a finding's id means.</summary>
internal static class ChecksVerb
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string?>("ID") { Arity = ArgumentArity.ZeroOrOne, Description = "A check, as a finding names it: PT-03." };
        var markdown = new Option<bool>("--markdown") { Description = "The table of docs/checks.md.", Hidden = true };
        var command = new Command("checks", "All checks, or what one of them looks at, who enforces it, and how it is put right.") { id, markdown, RelayOptions.Json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(markdown))
            {
                terminal.Raw(CatalogueTable.Markdown().TrimEnd('\n'));
                return ExitCode.Ok;
            }

            if (parsed.GetValue(id) is { } wanted)
            {
                var check = Catalogue.Find(wanted.ToUpperInvariant()) ?? throw new CliException(ExitCode.Usage, $"there is no check {wanted}; `namesake checks` lists all");
                if (parsed.GetValue(RelayOptions.Json))
                    terminal.Json(CliJson.Element(CheckCardReport.Of(check), CliJson.Default.CheckCardReport));
                else
                    Show(terminal, check.Card);
                return ExitCode.Ok;
            }

            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(CliJson.Element(Catalogue.All.Select(CheckCardReport.Of).ToImmutableArray(), CliJson.Default.ImmutableArrayCheckCardReport));
            else
                List(terminal);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void List(Terminal terminal)
    {
        var table = Tables.New("check", "severity", "what must be so");
        foreach (var check in Catalogue.All)
            table.AddRow(Tables.Cell(check.Id), Tables.Cell(check.SeverityUnder(IdentityPolicy.Strict).ToString().ToUpperInvariant()), Tables.Cell(check.Card.Title));
        terminal.Write(table);
    }

    private static void Show(Terminal terminal, CheckCard card) => terminal.Write(Tables.Facts(
        ("check", Tables.Cell(card.Id)),
        ("must be so", Tables.Cell(card.Title)),
        ("severity", Tables.Cell($"{card.Severity.ToString().ToUpperInvariant()}{(card.Rule is { } rule ? $", a rule of {rule.ToString().ToLowerInvariant()}" : "")}")),
        ("may stop", card.Severity == FindingSeverity.Hold ? Tables.Cell($"at most one {Spaced(card.Scope)}") : null),
        ("looked at", Tables.Cell(Moments(card.When))),
        ("evidence", Tables.Cell(card.Evidence)),
        ("enforced by", Tables.Cell(card.EnforcedBy.Length == 0 ? "nobody is known to" : card.EnforcedBy)),
        ("fix", Tables.Cell(card.Remedy))));

    private static string Moments(CheckMoments when) => string.Join("; ", new[]
    {
        (CheckMoments.Plan, "when the configuration is read (plan)"), (CheckMoments.Gate, "before a connection is made (gate)"), (CheckMoments.Wire, "in each session, before MAIL (wire)"),
        (CheckMoments.Audit, "in audits"), (CheckMoments.Reply, "in what receivers answer and report (reply)"),
    }.Where(moment => when.HasFlag(moment.Item1)).Select(moment => moment.Item2));

    private static string Spaced(CheckScope scope) => scope == CheckScope.SenderDomain ? "sender domain" : scope.ToString().ToLowerInvariant();
}

/// <summary>A row of the catalogue for programs.</summary>
/// <param name="Severity">Under the strict policy: "HOLD", "FAIL", "WARN" or "INFO".</param>
/// <param name="Policy">The policy it is a rule of, or null.</param>
public sealed record CheckCardReport(string Id, string Title, string Severity, string? Policy, string Scope, string When, string Evidence, string EnforcedBy, string Fix, string Remedy, string Article)
{
    internal static CheckCardReport Of(IdentityCheck check) => new(
        check.Id, check.Card.Title, check.SeverityUnder(IdentityPolicy.Strict).ToString().ToUpperInvariant(), check.RuleName, Word(check.Card.Scope), Word(check.Card.When),
        check.Card.Evidence, check.Card.EnforcedBy, Word(check.Card.Fix), check.Card.Remedy, check.Card.Article);

    private static string Word(Enum value) => value.ToString().ToLowerInvariant();
}
