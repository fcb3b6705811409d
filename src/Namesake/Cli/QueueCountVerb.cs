using System.CommandLine;
using Namesake.Web;
using Namesake.Web.Queue;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>namesake queue count: how much waits, for whom, and why.</summary>
internal static class QueueCountVerb
{
    private static readonly string[] Kinds = ["brand", "source", "domain", "site", "state", "reason"];

    public static Command Create(Terminal terminal)
    {
        var filter = new QueueFilterOptions();
        var by = new Option<string>("--by") { HelpName = "KIND", Description = $"What to sum by: {string.Join(", ", Kinds)}. Default brand.", DefaultValueFactory = _ => "brand" };
        var command = new Command("count", "How much waits, largest first.") { by };
        filter.AddTo(command, paged: false);
        command.Validators.Add(result =>
        {
            if (result.GetValue(by) is { } kind && !Kinds.Contains(kind))
                result.AddError($"--by is one of {string.Join(", ", Kinds)}, not \"{kind}\"");
        });
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var path = $"api/v1/queue/count?by={parsed.GetValue(by)}&{filter.Query(parsed)}".TrimEnd('&');
            var answer = await relay.GetAsync(path, ApiJson.Default.QueueCountView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else
                Show(terminal, answer.Value);
            return ExitCode.Ok;
        });
    }

    private static void Show(Terminal terminal, QueueCountView count)
    {
        if (count.Groups.IsEmpty)
        {
            terminal.Line("Nothing waits.");
            return;
        }

        var table = Tables.New(count.By, "waiting#", "held#", "resting#", "queues#", "due");
        foreach (var group in count.Groups)
            Row(table, group.Name ?? "(not known yet)", group.Sum);
        if (count.Others is { } others)
            Row(table, $"({Tables.Count(others.Groups, "other")})", others.Sum);
        if (count.Groups.Length > 1)
            Row(table, "(all)", count.Total);
        terminal.Write(table);
    }

    private static void Row(Table table, string name, QueueSumView sum) => table.AddRow(
        Tables.Cell(name), Tables.Number(sum.Waiting), Tables.Number(sum.Held, Color.Red), Tables.Number(sum.Resting, Color.Yellow), Tables.Number(sum.Queues),
        Tables.Cell(sum.EarliestDue is null ? "being tried" : Tables.In(sum.EarliestDue)));
}
