using System.CommandLine;
using System.Globalization;
using Namesake.Web;
using Namesake.Web.Queue;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>namesake queue retry: mail due now instead of later.</summary>
internal static class QueueRetryVerb
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    public static Command Create(Terminal terminal)
    {
        var brand = new Option<string?>("--brand") { HelpName = "ID", Description = "Only this brand's." };
        var source = new Option<string?>("--source") { HelpName = "ID", Description = "Only what waits for this source." };
        var domain = new Option<string?>("--domain") { HelpName = "NAME", Description = "Only what goes to this recipient domain." };
        var all = new Option<bool>("--all") { Description = "All mail there is; needed when nothing else says which." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only says what would be changed." };
        var command = new Command("retry", "Makes mail due now that was due later. What is held or rests goes when that ends.") { brand, source, domain, all, dryRun };
        command.Validators.Add(result =>
        {
            var narrowed = (result.GetValue(brand) ?? result.GetValue(source) ?? result.GetValue(domain)) is not null;
            if (!narrowed && !result.GetValue(all))
                result.AddError("Say which mail: --brand, --source or --domain, or --all for everything");
            else if (narrowed && result.GetValue(all))
                result.AddError("--all stands alone: with --brand, --source or --domain not all mail is meant");
        });
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var request = new RetryRequest(parsed.GetValue(brand), parsed.GetValue(source), parsed.GetValue(domain), parsed.GetValue(all), parsed.GetValue(dryRun), Operators.Name);
            var answer = await relay.PostAsync("api/v1/queue/retry", request, RequestJson.Default.RetryRequest, ApiJson.Default.RetryView, cancellation);
            if (answer.Value.Preview is { } preview)
            {
                if (parsed.GetValue(RelayOptions.Json))
                    terminal.Json(answer.Document);
                else
                    Show(terminal, preview);
                return ExitCode.Ok;
            }

            var job = await FollowAsync(terminal, relay, answer.Value.Job!, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(job.Document);
            else
                terminal.Line(Told(job.Value));
            return job.Value.State == "done" ? ExitCode.Ok : ExitCode.Negative;
        });
    }

    /// <summary>Until it ends. Who interrupts this stops looking, not the job.</summary>
    private static async Task<Answer<JobView>> FollowAsync(Terminal terminal, RelayClient relay, JobView job, CancellationToken cancellation)
    {
        try
        {
            if (!terminal.Console.Profile.Capabilities.Interactive)
                return await PollAsync(_ => { });
            return await terminal.Console.Progress().AutoClear(true).StartAsync(async progress =>
            {
                var bar = progress.AddTask(job.Verb);
                return await PollAsync(seen => (bar.MaxValue, bar.Value, bar.Description) = (Math.Max(1, seen.Queues), seen.QueuesDone, Tables.Count(seen.Changed, "recipient")));
            });
        }
        catch (OperationCanceledException)
        {
            terminal.Hint($"job {job.Id} goes on in the relay; to end it: namesake queue cancel {job.Id}");
            throw;
        }

        async Task<Answer<JobView>> PollAsync(Action<JobView> show)
        {
            while (true)
            {
                var answer = await relay.GetAsync(string.Create(CultureInfo.InvariantCulture, $"api/v1/queue/jobs/{job.Id}"), ApiJson.Default.JobView, cancellation);
                show(answer.Value);
                if (answer.Value.State != "running")
                    return answer;
                await Task.Delay(BetweenLooks, TimeProvider.System, cancellation);
            }
        }
    }

    private static string Told(JobView job) =>
        $"{Tables.Count(job.Changed, "recipient")} in {Tables.Count(job.Queues, "queue")} made due now"
        + (job.State == "done" ? "." : $", then it ended: {job.Trouble}. The same command does what is left.");

    private static void Show(Terminal terminal, RetryPreviewView preview)
    {
        if (preview.Queues == 0)
        {
            terminal.Line("Nothing of this waits.");
            return;
        }

        terminal.Line($"{Tables.Count(preview.Later, "recipient")} in {Tables.Count(preview.Queues, "queue")} would be due now instead of later. Nothing was changed."
            + (preview.OldestAccepted is { } oldest ? $" The oldest message was accepted {Tables.Age(oldest)}." : "") + "\n");
        var table = Tables.New("brand", "later#", "due now#", "being sent#");
        foreach (var brand in preview.Brands)
            table.AddRow(Tables.Cell(brand.Brand), Number(brand.Later), Number(brand.Due), Number(brand.Sending));
        terminal.Write(table);
        if (preview.Held > 0)
            terminal.Write(Tables.Cell($"\n{Tables.Count(preview.Held, "recipient")} of these wait for an identity that is held: they go when it is aligned.\n", Color.Red));
        if (preview.Resting > 0)
            terminal.Write(Tables.Cell($"\n{Tables.Count(preview.Resting, "recipient")} of these wait for a lane that rests: they go when the rest ends.\n", Color.Yellow));
    }

    private static Text Number(long number) => Tables.Cell(number.ToString("N0", CultureInfo.InvariantCulture));
}
