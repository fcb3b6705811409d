using System.CommandLine;
using System.Globalization;
using Namesake.Web;
using Namesake.Web.Submitters;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>namesake submitters: who hands mail in, and who may not.</summary>
internal static class SubmittersVerb
{
    public static Command Create(Terminal terminal)
    {
        var submitters = List(terminal, "submitters");
        submitters.Description = "Who hands mail in: today, of late, and who is frozen.";
        submitters.Subcommands.Add(List(terminal, "list"));
        submitters.Subcommands.Add(SubmitterFreezing.Freeze(terminal));
        submitters.Subcommands.Add(SubmitterFreezing.Thaw(terminal));
        return submitters;
    }

    private static Command List(Terminal terminal, string name)
    {
        var brand = new Option<string?>("--brand") { HelpName = "ID", Description = "Only those that hand in this brand's mail." };
        var frozen = new Option<bool>("--frozen") { Description = "Only those that are frozen, or were noticed where anomalies are only observed." };
        var limit = new Option<int>("--limit") { HelpName = "N", Description = "At most so many, 1 to 1000. Default: 100.", DefaultValueFactory = _ => 100 };
        var command = new Command(name, "Those that are frozen first, then those that handed in most today.") { brand, frozen, limit };
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"api/v1/submitters?limit={parsed.GetValue(limit)}")
                + (parsed.GetValue(brand) is { } id ? $"&brand={Uri.EscapeDataString(id)}" : "") + (parsed.GetValue(frozen) ? "&frozen=true" : "");
            var answer = await relay.GetAsync(path, ApiJson.Default.PageSubmitterView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else if (answer.Value.Items.IsEmpty)
                terminal.Line(parsed.GetValue(frozen) ? "Nobody is frozen." : "Nobody has handed in mail lately.");
            else
                Show(terminal, answer.Value.Items);
            return ExitCode.Ok;
        });
    }

    private static void Show(Terminal terminal, IEnumerable<SubmitterView> submitters)
    {
        var table = Tables.New("submitter", "brand", "messages#", "recipients#", "refused#", "last hour#", "busiest day#", "state");
        foreach (var submitter in submitters)
            table.AddRow(Tables.Cell(submitter.Name), Tables.Cell(submitter.Brand ?? "-"), Tables.Number(submitter.Messages), Tables.Number(submitter.Recipients), Tables.Number(submitter.Refused), Tables.Number(submitter.HourRecipients),
                submitter.BusiestDay is { } busiest ? Tables.Number(busiest) : Tables.Cell("-"),
                submitter.Freeze is not { } freeze ? Tables.Cell("open")
                : freeze.Observed ? Tables.Cell($"open, but unlike itself since {Tables.Time(freeze.Since)}: {freeze.Reason}", Color.Yellow)
                : Tables.Cell(SubmitterFreezing.Text(freeze), Color.Red));
        terminal.Write(table);
    }
}
