using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Namesake.Cli;

/// <summary>The program's verbs, one file each.</summary>
public static class NamesakeCommand
{
    /// <summary>How long a verb may take to end after SIGINT or SIGTERM: the relay lets sessions finish their message.</summary>
    private static readonly TimeSpan Termination = TimeSpan.FromSeconds(60);

    /// <summary>Parses, runs, and tells trouble in words.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var terminal = Terminal.OfProcess();
        ParseResult parsed;
        try
        {
            parsed = Root(terminal).Parse(arguments);
        }
        catch (InvalidOperationException wrong)
        {
            // The parser throws when a validator asks for a value that could not be read.
            terminal.Complain(wrong.Message);
            return ExitCode.Usage;
        }

        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
                terminal.Complain(error.Message);
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

    private static RootCommand Root(Terminal terminal)
    {
        var root = new RootCommand("Namesake sends each brand's mail from its own address under its own name, and proves it before anything leaves.")
        {
            RunVerb.Create(terminal),
            DemoVerb.Create(terminal),
            StatusVerb.Create(terminal),
            CheckVerb.Create(terminal),
            AuditVerb.Create(terminal),
            ChecksVerb.Create(terminal),
            PolicyVerb.Create(terminal),
            ReflectVerb.Create(terminal),
            ClassifyVerb.Create(terminal),
            ExplainVerb.Create(terminal),
            SourcesVerb.Create(terminal),
            LanesVerb.Create(terminal),
            BrandsVerb.Create(terminal),
            SubmittersVerb.Create(terminal),
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

    private static Stack<string> Verbs(CommandResult result)
    {
        var verbs = new Stack<string>();
        for (SymbolResult? at = result; at is CommandResult { Command: not RootCommand } command; at = at.Parent)
            verbs.Push(command.Command.Name);
        return verbs;
    }
}
