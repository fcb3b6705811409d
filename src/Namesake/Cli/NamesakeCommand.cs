using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Namesake.Plans;

namespace Namesake.Cli;

/// <summary>The program's verbs, one file each.</summary>
public static partial class NamesakeCommand
{
    /// <summary>How long a verb may take to end after SIGINT or SIGTERM: the relay lets sessions finish their message.</summary>
    private static readonly TimeSpan Termination = TimeSpan.FromSeconds(60);

    /// <summary>Parses, runs, and tells trouble in words.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static Task<int> RunAsync(string[] arguments) => RunAsync(arguments, PlanMakers.OfProduct);

    /// <param name="makers">What plans can be applied by.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, PlanMakers makers)
    {
        var terminal = Terminal.OfProcess();
        ParseResult parsed;
        try
        {
            parsed = Root(terminal, makers).Parse(arguments);
        }
        catch (InvalidOperationException wrong)
        {
            // The parser throws when a validator asks for a value that could not be read.
            terminal.Complain(InWords(wrong.Message));
            return ExitCode.Usage;
        }

        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
                terminal.Complain(InWords(error.Message));
            terminal.Hint($"namesake {string.Join(' ', Verbs(parsed.CommandResult))} --help tells what is possible".Replace("  ", " ", StringComparison.Ordinal));
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = Termination });
        }
        catch (CliException trouble)
        {
            terminal.Complain(trouble.Message);
            return trouble.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (IOException trouble) when (Terminal.IsBrokenPipe(trouble))
        {
            return ExitCode.Ok; // Who read us has enough: namesake messages | head.
        }
        catch (Exception bug)
        {
            terminal.Complain($"this is a bug: {bug}");
            return ExitCode.Bug;
        }
    }

    private static RootCommand Root(Terminal terminal, PlanMakers makers)
    {
        var root = new RootCommand("Namesake sends each brand's mail from its own address under its own name, and proves it before anything leaves.")
        {
            RunVerb.Create(terminal, makers),
            DemoVerb.Create(terminal),
            StatusVerb.Create(terminal),
            CheckVerb.Create(terminal),
            AuditVerb.Create(terminal),
            ChecksVerb.Create(terminal),
            PolicyVerb.Create(terminal),
            ReflectVerb.Create(terminal),
            ClassifyVerb.Create(terminal),
            PlanVerb.Create(terminal, makers),
            ShowVerb.Create(terminal, makers),
            ApplyVerb.Create(terminal, makers),
            VerifyVerb.Create(terminal, makers),
            UndoVerb.Create(terminal, makers),
            PlansVerb.Create(terminal, makers),
            PlanTimerVerb.Create(makers),
            ExplainVerb.Create(terminal),
            SourcesVerb.Create(terminal),
            LanesVerb.Create(terminal),
            SitesVerb.Create(terminal),
            BrandsVerb.Create(terminal),
            SubmittersVerb.Create(terminal),
            ReportsVerb.Create(terminal),
            SuppressionsVerb.Create(terminal),
            QueueVerb.Create(terminal),
            MessagesVerb.Create(terminal),
            SpoolVerb.Create(terminal),
            ConfigVerb.Create(terminal),
            PasswordVerb.Create(terminal),
            VersionVerb.Create(terminal),
        };
        // A page of help is read by people, into a pipe as well.
        if (root.Options.OfType<HelpOption>().Single().Action is HelpAction help)
            help.MaxWidth = terminal.Width;
        // Without a verb there is nothing to do but to say what there is; that is a wrong command line for a script.
        root.SetAction(parsed =>
        {
            new HelpAction { MaxWidth = terminal.Width }.Invoke(parsed);
            return ExitCode.Usage;
        });
        return root;
    }

    /// <summary>The parser names its own types and lists values on lines of their own; people are told what to write.</summary>
    internal static string InWords(string message)
    {
        if (Unreadable().Match(message) is { Success: true } unreadable)
            return $"{unreadable.Groups["option"].Value} is {(message.Contains("Int", StringComparison.Ordinal) ? "a number" : "something else")}, not \"{unreadable.Groups["given"].Value}\"";
        if (Unlisted().Match(message) is { Success: true } unlisted)
            return $"\"{unlisted.Groups["given"].Value}\" is none of {string.Join(", ", unlisted.Groups["value"].Captures.Select(value => value.Value))}";
        return message;
    }

    [GeneratedRegex("^Cannot parse argument '(?<given>.*)' for option '(?<option>[^']*)' as expected type ", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Unreadable();

    [GeneratedRegex("^Argument '(?<given>.*)' not recognized. Must be one of:(?:\\s+'(?<value>[^']*)')+", RegexOptions.Singleline)]
    private static partial Regex Unlisted();

    private static Stack<string> Verbs(CommandResult result)
    {
        var verbs = new Stack<string>();
        for (SymbolResult? at = result; at is CommandResult { Command: not RootCommand } command; at = at.Parent)
            verbs.Push(command.Command.Name);
        return verbs;
    }
}
