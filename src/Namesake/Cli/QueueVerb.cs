using System.CommandLine;
using Namesake.Web;
using Namesake.Web.Queue;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Namesake.Cli;

/// <summary>namesake queue: what waits, for whom, and why.</summary>
internal static class QueueVerb
{
    public static Command Create(Terminal terminal)
    {
        var queue = List(terminal, "queue");
        queue.Description = "What waits, by brand, source and recipient domain, and why.";
        queue.Subcommands.Add(List(terminal, "list"));
        queue.Subcommands.Add(QueueCountVerb.Create(terminal));
        foreach (var verb in QueueOrderVerb.CreateAll(terminal))
            queue.Subcommands.Add(verb);
        queue.Subcommands.Add(QueueJobsVerb.Create(terminal));
        queue.Subcommands.Add(QueueJobsVerb.CreateCancel(terminal));
        return queue;
    }

    private static Command List(Terminal terminal, string name)
    {
        var filter = new QueueFilterOptions();
        var command = new Command(name, "All queues in a table.");
        filter.AddTo(command);
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var answer = await relay.GetAsync($"api/v1/queue?{filter.Query(parsed)}", ApiJson.Default.PageQueueView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else
                Show(terminal, answer.Value);
            return ExitCode.Ok;
        });
    }

    private static void Show(Terminal terminal, Page<QueueView> page)
    {
        var waiting = page.Items.Where(queue => queue.Waiting > 0).ToList();
        if (waiting.Count == 0)
            terminal.Line(page.Items.IsEmpty || page.Next is null ? "Nothing waits." : "Nothing waits in these.");
        else
        {
            // Only what some queue has gets a column.
            var (kept, matching) = (waiting.Exists(queue => queue.Kept > 0), waiting.Exists(queue => queue.Matching is not null));
            List<string> columns = ["brand", "source", "to", "waiting#", .. matching ? ["matching#"] : Array.Empty<string>(), .. kept ? ["kept back#"] : Array.Empty<string>(), "due", "state"];
            var table = Tables.New([.. columns]);
            foreach (var queue in waiting)
            {
                List<IRenderable> cells = [Tables.Cell(queue.Brand), Tables.Cell(queue.Source), Tables.Cell(queue.Domain), Tables.Number(queue.Waiting)];
                if (matching)
                    cells.Add(Tables.Number(queue.Matching ?? queue.Waiting));
                if (kept)
                    cells.Add(Tables.Number(queue.Kept));
                table.AddRow([.. cells, Tables.Cell(queue.EarliestDue is not null ? Tables.In(queue.EarliestDue) : queue.Kept == queue.Waiting ? "" : "being tried"), State(queue)]);
            }

            terminal.Write(table);
            Reasons(terminal, waiting);
        }

        if (page.Next is not null)
            terminal.Line($"\nThere is more: --after {page.Next}");
    }

    /// <summary>Each reason once, in full: a hundred queues of one held source have one.</summary>
    private static void Reasons(Terminal terminal, List<QueueView> waiting)
    {
        foreach (var held in waiting.Where(queue => queue.Hold is not null).GroupBy(queue => queue.Hold!.Text))
        {
            var hold = held.First().Hold!;
            var expires = held.Min(queue => queue.FirstExpires);
            terminal.Write(Tables.Cell($"\nheld {(hold.Site is null ? hold.Source : $"{hold.Source} towards {hold.Site}")} since {Tables.Time(hold.Since)}: {hold.Text}"
                + (expires is { } at ? $". The oldest message is returned at {Tables.Time(at)} ({Tables.In(at)})" : "") + "\n", Color.Red));
        }

        foreach (var words in waiting.SelectMany(queue => queue.KeptBy ?? []).Distinct())
            terminal.Write(Tables.Cell($"\n{Kept(words)}\n", Color.Red));

        foreach (var resting in waiting.Where(queue => queue.Rest is not null).DistinctBy(queue => (queue.Source, queue.Site)))
            terminal.Write(Tables.Cell($"\n{resting.Source} towards {resting.Site} rests until {Tables.Time(resting.Rest!.Until)} ({Tables.In(resting.Rest.Until)}): {resting.Rest.Reason}\n", Color.Yellow));
    }

    /// <summary>What keeps mail back, and what lets it go.</summary>
    public static string Kept(KeptView kept) => $"kept back by {kept.By} since {Tables.Time(kept.Since)}{(kept.Until is { } until ? $" until {Tables.Time(until)}" : "")}: {kept.Reason}; `namesake queue release` lets it go";


    private static Text State(QueueView queue) => queue.Hold is { } hold ? Tables.Cell($"held {hold.Check}", Color.Red)
        : queue.Rest is not null ? Tables.Cell("resting", Color.Yellow) : Tables.Cell(queue.State);
}
