using System.CommandLine;
using System.Runtime.InteropServices;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;
using Namesake.Plans;

namespace Namesake.Cli;

/// <summary>What the plan verbs have in common: a configuration and no relay, and that what was broken off is brought to its end before anything else.</summary>
internal static class PlanOptions
{
    public static readonly Option<string> Config = new("--config") { HelpName = "FILE", Description = $"Default {RelayOptions.DefaultFile}.", DefaultValueFactory = _ => RelayOptions.DefaultFile };

    public static readonly Option<bool> Yes = new("--yes") { Description = "Without asking." };

    public static readonly Option<bool> Json = new("--json") { Description = "JSON for programs." };

    public static Argument<string> Plan(string description) => new("PLAN") { Description = description };

    /// <summary>A verb that works from the configuration alone.</summary>
    public static Command Working(this Command command, Terminal terminal, PlanMakers makers, Func<ParseResult, PlanWorkshop, CancellationToken, Task<int>> work)
    {
        command.Options.Add(Config);
        command.Options.Add(Json);
        command.SetAction(async (parsed, cancellation) =>
        {
            // A terminal that is closed is an interruption like any other: what is begun is taken back.
            using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var hangup = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
            {
                signal.Cancel = true;
                interrupted.Cancel();
            });
            using var workshop = Open(parsed, terminal, makers);
            try
            {
                return await work(parsed, workshop, interrupted.Token);
            }
            catch (PlanStoreException trouble)
            {
                throw new CliException(ExitCode.Unknown, trouble.Message);
            }
        });
        return command;
    }

    public static PlanWorkshop Open(ParseResult parsed, Terminal terminal, PlanMakers makers)
    {
        var file = parsed.GetRequiredValue(Config);
        return File.Exists(file) ? PlanWorkshop.Open(Configurations.Read(file, terminal, quiet: true), makers, TimeProvider.System)
            : throw new CliException(ExitCode.Configuration, $"there is no {file}: name the configuration with --config FILE");
    }

    /// <param name="limits">Null: the configuration's.</param>
    public static PlanRunner RunnerOf(PlanWorkshop workshop, PlanLimits? limits = null) => workshop.Runner(Operators.Name, new RelayByApi(workshop.Configuration.File), limits);

    /// <summary>Tells on the standard error what was found broken off and what became of it.</summary>
    public static async Task RecoverAsync(PlanWorkshop workshop, Terminal terminal, CancellationToken cancellation)
    {
        foreach (var outcome in await RunnerOf(workshop).RecoverAsync(null, cancellation))
            terminal.Hint($"{outcome.Id}: {outcome.Text}");
    }

    /// <summary>A plan by its id in the data directory, else by its file.</summary>
    public static async Task<Plan> FindAsync(string text, PlanWorkshop workshop, CancellationToken cancellation)
    {
        if (PlanId.TryParse(text, out var id) && await workshop.Store.FindAsync(id, cancellation) is { } history)
            return history.Plan;
        return ReadFile(text) ?? throw new CliException(ExitCode.Negative, $"there is no plan {text}, neither as a file nor in {Path.Combine(workshop.Configuration.DataDirectory, "plans")}: `namesake plans` lists those there are");
    }

    /// <returns>Null: there is no such file.</returns>
    public static Plan? ReadFile(string path)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            if (new FileInfo(path).Length > PlanJson.MostBytes)
                throw new CliException(ExitCode.Usage, $"{path} is no plan: it is larger than {PlanJson.MostBytes >> 20} MiB");
            var reading = PlanJson.Read(File.ReadAllBytes(path));
            return reading.Plan ?? throw new CliException(ExitCode.Usage, $"{path} is no plan that can be used:\n{string.Join('\n', reading.Faults.Select(fault => $"  {fault}"))}");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Unknown, $"{path} can't be read: {unreadable.Message}");
        }
    }

    /// <summary>A person is asked, a script must have said --yes.</summary>
    public static async Task<bool> AgreedAsync(ParseResult parsed, Terminal terminal, string question, CancellationToken cancellation)
    {
        if (parsed.GetValue(Yes))
            return true;
        if (!terminal.Console.Profile.Capabilities.Interactive || parsed.GetValue(Json))
            throw new CliException(ExitCode.Usage, "nobody is there to be asked: give --yes");
        return await Spectre.Console.AnsiConsoleExtensions.ConfirmAsync(terminal.Console, question, defaultValue: false, cancellation);
    }

    public static int CodeOf(PlanEnd end, bool undoing = false) => end switch
    {
        PlanEnd.Nothing or PlanEnd.Applied => ExitCode.Ok,
        PlanEnd.Undone when undoing => ExitCode.Ok,
        PlanEnd.Unknown or PlanEnd.Undecided or PlanEnd.InHand => ExitCode.Unknown,
        _ => ExitCode.Negative,
    };

    public static int Tell(ParseResult parsed, Terminal terminal, PlanOutcome outcome, bool undoing)
    {
        if (parsed.GetValue(Json))
            terminal.Json(CliJson.Element(PlanOutcomeReport.Of(outcome), CliJson.Default.PlanOutcomeReport));
        else
        {
            PlanTables.Seen(terminal, outcome.Seen);
            terminal.Line(outcome.Text);
        }
        return CodeOf(outcome.End, undoing);
    }
}
