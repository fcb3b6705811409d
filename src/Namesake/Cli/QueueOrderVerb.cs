using System.CommandLine;
using System.Collections.Immutable;
using System.Globalization;
using Namesake.Web;
using Namesake.Web.Queue;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>namesake queue retry, hold, release, bounce, purge, move: what is done to mail that waits.</summary>
internal sealed class QueueOrderVerb
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    private readonly QueueFilterOptions _filter = new();
    private readonly Option<bool> _all = new("--all") { Description = "All mail there is; needed when nothing else says which." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only says what would be changed." };
    private readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Required = true };
    private readonly Option<string?> _until = new("--until") { HelpName = "TIME", Description = "When it ends by itself: \"90m\", \"8h\", \"2d\", or a time such as 2026-01-31T18:00Z. Default: when it is released." };
    private readonly Option<string?> _by = new("--by") { HelpName = "NAME", Description = "Who decides it, for the log and for everybody who asks later. Default: you, on this machine." };
    private readonly Option<bool> _yes = new("--yes") { Description = "Without asking." };
    private readonly Option<string?> _to = new("--to") { HelpName = "SOURCE", Description = "Another source of the same brand.", Required = true };
    private readonly Option<bool> _tried = new("--tried") { Description = "Also what a receiver has seen within 4 hours; it may be greylisted anew." };
    private readonly string _verb;
    private readonly Command _command;

    private QueueOrderVerb(string verb, string description)
    {
        _verb = verb;
        _command = new Command(verb, description) { _all, _dryRun, _by };
        _filter.AddTo(_command, limited: false, paged: false);
        _command.Validators.Add(result =>
        {
            var narrowed = _filter.Narrows(result);
            if (!narrowed && !result.GetValue(_all))
                result.AddError("Say which mail: --brand, --site, --source, --domain, --state, --because, --submitter, --sender, --message or --older-than, or --all for everything");
            else if (narrowed && result.GetValue(_all))
                result.AddError("--all stands alone: with a filter not all mail is meant");
        });
    }

    public static IEnumerable<Command> CreateAll(Terminal terminal)
    {
        yield return new QueueOrderVerb("retry", "Makes mail due now that was due later. What is held or rests goes when that ends.").Asking(terminal);

        var hold = new QueueOrderVerb("hold", "Keeps mail back that waits now, over restarts, until it is released. It still expires, and its sender is told why. "
            + "What is being sent is not touched, and what comes later is not held: for that `lanes suspend` closes a lane, `sites suspend` a receiver. Given again, it takes what came back meanwhile.");
        hold._reason.Description = "Why, 3 to 200 characters; stands in lists, and in the report if the mail expires meanwhile.";
        hold._command.Options.Add(hold._reason);
        hold._command.Options.Add(hold._until);
        Moments.Check(hold._command, hold._until);
        yield return hold.Asking(terminal);

        yield return new QueueOrderVerb("release", "Lets mail go that was kept back by `queue hold`. It is due when it was before. What a check holds goes when its cause is gone.").Asking(terminal);

        var bounce = new QueueOrderVerb("bounce", "Ends mail and returns it to its sender with a report. What has no sender is kept as undeliverable.");
        bounce._reason.Description = "Why, 3 to 200 characters; the sender reads it.";
        bounce._command.Options.Add(bounce._reason);
        yield return bounce.Asking(terminal);

        var purge = new QueueOrderVerb("purge", "Removes mail without a report to its sender, for what a stolen mailbox sent. It can't be undone; the event of each message says who and why.");
        purge._reason.Description = "Why, 3 to 200 characters; stands in the log and in each message's event.";
        purge._command.Options.Add(purge._reason);
        purge._command.Options.Add(purge._yes);
        yield return purge.Asking(terminal);

        var move = new QueueOrderVerb("move", "Lets mail leave by another source of its brand. What a receiver has seen within 4 hours keeps its address, because of greylisting.");
        move._command.Options.Add(move._to);
        move._command.Options.Add(move._tried);
        yield return move.Asking(terminal);
    }

    private Command Asking(Terminal terminal) => _command.Asking(terminal, async (parsed, relay, cancellation) =>
    {
        var request = Request(parsed);
        if (_verb == "purge" && !parsed.GetValue(_dryRun) && !parsed.GetValue(_yes) && !await AgreedAsync(terminal, relay, request, cancellation))
            return ExitCode.Negative;
        var answer = await SendAsync(relay, request, cancellation);
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

    private VerbRequest Request(ParseResult parsed)
    {
        var filter = _filter.Text(parsed);
        var has = _command.Options;
        var until = has.Contains(_until) ? Moments.Of(parsed, _until) : null;
        return new VerbRequest(
            filter.Brand, filter.Site, filter.Source, filter.Domain, filter.State, filter.Because, filter.Submitter, filter.Sender,
            filter.Messages.IsDefault ? null : (ImmutableArray<string>?)filter.Messages, filter.OlderThan,
            parsed.GetValue(_all), parsed.GetValue(_dryRun), parsed.GetValue(_by) ?? Operators.Name,
            has.Contains(_reason) ? parsed.GetValue(_reason) : null, until, has.Contains(_to) ? parsed.GetValue(_to) : null, has.Contains(_tried) && parsed.GetValue(_tried));
    }

    private Task<Answer<VerbView>> SendAsync(RelayClient relay, VerbRequest request, CancellationToken cancellation) =>
        relay.PostAsync($"api/v1/queue/{_verb}", request, RequestJson.Default.VerbRequest, ApiJson.Default.VerbView, cancellation);

    /// <summary>What is removed is gone: a person sees how much it is first, and a script must have said --yes.</summary>
    private async Task<bool> AgreedAsync(Terminal terminal, RelayClient relay, VerbRequest request, CancellationToken cancellation)
    {
        if (!terminal.Console.Profile.Capabilities.Interactive)
            throw new CliException(ExitCode.Usage, "nobody is there to be asked: give --yes to remove it, or --dry-run to look first");
        Show(terminal, (await SendAsync(relay, request with { DryRun = true }, cancellation)).Value.Preview!);
        return await terminal.Console.ConfirmAsync("\nRemove it for good, without a report to its sender?", defaultValue: false, cancellation);
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

    private string Told(JobView job) =>
        $"{Tables.Count(job.Changed, "recipient")} in {Tables.Count(job.Queues, "queue")} {Done}"
        + (job.State == "done" ? "." : $", then it ended: {job.Trouble}. The same command does what is left.");

    private string Done => _verb switch
    {
        "retry" => "made due now",
        "hold" => "kept back",
        "release" => "released",
        "bounce" => "returned to their senders",
        "purge" => "removed",
        _ => "moved",
    };

    private void Show(Terminal terminal, PreviewView preview)
    {
        if (preview.Queues == 0)
        {
            terminal.Line("Nothing of this waits.");
            return;
        }

        terminal.Line($"{Tables.Count(preview.Changes, "recipient")} in {Tables.Count(preview.Queues, "queue")} to {Tables.Count(preview.Domains, "domain")} would be {Done}. Nothing was changed."
            + (preview.OldestAccepted is { } oldest ? $" The oldest message was accepted {Tables.Age(oldest)}." : "") + "\n");
        var table = Tables.New("brand", $"to {_verb}#", "later#", "due now#", "kept back#", "being sent#");
        foreach (var brand in preview.Brands)
            table.AddRow(Tables.Cell(brand.Brand), Tables.Number(brand.Changes), Tables.Number(brand.Later), Tables.Number(brand.Due), Tables.Number(brand.Kept), Tables.Number(brand.Sending));
        terminal.Write(table);
        var seen = preview.Later + preview.Due + preview.Kept - preview.Changes;
        if (_verb == "move" && seen > 0)
            terminal.Line($"\n{Tables.Count(seen, "recipient")} stay: a receiver has seen them within 4 hours, or they wait for that source already. --tried moves the former too.");
        if (_verb is "retry" or "release" && preview.Held > 0)
            terminal.Write(Tables.Cell($"\n{Tables.Count(preview.Held, "recipient")} of these wait for an identity that is held, or for a lane or site that is suspended: they go when that ends.\n", Color.Red));
        if (_verb is "retry" or "release" && preview.Resting > 0)
            terminal.Write(Tables.Cell($"\n{Tables.Count(preview.Resting, "recipient")} of these wait for a lane that rests: they go when the rest ends.\n", Color.Yellow));
    }
}
