using System.CommandLine;
using System.Globalization;
using Namesake.Web;
using Namesake.Web.Queue;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>namesake queue jobs, queue cancel: verbs at work in the relay.</summary>
internal static class QueueJobsVerb
{
    public static Command Create(Terminal terminal) => new Command("jobs", "Verbs at work on the queue, and those that ended since the relay started.").Asking(terminal, async (parsed, relay, cancellation) =>
    {
        var answer = await relay.GetAsync("api/v1/queue/jobs", ApiJson.Default.PageJobView, cancellation);
        if (parsed.GetValue(RelayOptions.Json))
            terminal.Json(answer.Document);
        else if (answer.Value.Items.IsEmpty)
            terminal.Line("No job was begun since the relay started.");
        else
            Show(terminal, answer.Value);
        return ExitCode.Ok;
    });

    public static Command CreateCancel(Terminal terminal)
    {
        var id = new Argument<int>("id") { HelpName = "ID", Description = "As `queue jobs` shows it." };
        var command = new Command("cancel", "Ends a job with the slice it is at. What it changed stays changed.") { id };
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var answer = await relay.DeleteAsync(string.Create(CultureInfo.InvariantCulture, $"api/v1/queue/jobs/{parsed.GetValue(id)}"), ApiJson.Default.JobView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else
                terminal.Line($"Job {answer.Value.Id} ends with the slice it is at; it has changed {Tables.Count(answer.Value.Changed, "recipient")} so far.");
            return ExitCode.Ok;
        });
    }

    private static void Show(Terminal terminal, Page<JobView> page)
    {
        var table = Tables.New("job#", "verb", "mail", "began", "by", "queues#", "changed#", "state");
        foreach (var job in page.Items)
            table.AddRow(Tables.Cell(job.Id.ToString(CultureInfo.InvariantCulture)), Tables.Cell(job.Verb), Tables.Cell(job.Why is null ? job.Mail : $"{job.Mail}: {job.Why}"), Tables.Cell(Tables.Age(job.Started)), Tables.Cell(job.By),
                Tables.Cell(string.Create(CultureInfo.InvariantCulture, $"{job.QueuesDone:N0}/{job.Queues:N0}")), Tables.Cell(job.Changed.ToString("N0", CultureInfo.InvariantCulture)),
                Tables.Cell(job.Trouble is null ? job.State : $"{job.State}: {job.Trouble}"));
        terminal.Write(table);
    }
}
