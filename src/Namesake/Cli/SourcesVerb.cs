using System.CommandLine;
using Namesake.Web;
using Namesake.Web.Sources;

namespace Namesake.Cli;

/// <summary>namesake sources: who may send, and why not.</summary>
internal static class SourcesVerb
{
    public static Command Create(Terminal terminal)
    {
        var list = List(terminal, "list");
        var sources = List(terminal, "sources");
        sources.Description = "The addresses mail leaves from: verdicts, proof, holds, overrides.";
        sources.Subcommands.Add(list);
        sources.Subcommands.Add(Show(terminal));
        sources.Subcommands.Add(History(terminal));
        sources.Subcommands.Add(Probe(terminal));
        sources.Subcommands.Add(Override(terminal));
        sources.Subcommands.Add(Attest(terminal));
        return sources;
    }

    private static Command List(Terminal terminal, string name) => new Command(name, "All sources in a table.").Asking(terminal, async (parsed, relay, cancellation) =>
    {
        var answer = await relay.GetAsync("api/v1/sources", ApiJson.Default.PageSourceView, cancellation);
        if (parsed.GetValue(RelayOptions.Json))
            terminal.Json(answer.Document);
        else
            SourceTables.List(terminal, answer.Value.Items);
        return ExitCode.Ok;
    });

    private static Command Show(Terminal terminal)
    {
        var id = Id();
        var command = new Command("show", "Everything known of one source.") { id };
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
            Tell(terminal, parsed, await relay.GetAsync(PathOf(parsed, id), ApiJson.Default.SourceView, cancellation), ExitCode.Ok));
    }

    private static Command History(Terminal terminal)
    {
        var id = Id();
        var after = new Option<string?>("--after") { HelpName = "MARK", Description = "Goes on behind this one; the part before says which." };
        var limit = new Option<int?>("--limit") { HelpName = "N", Description = "How many changes, 1 to 1000. Default 100." };
        var command = new Command("history", "Since when a source is aligned, and what of its names, addresses and verdict has changed within 90 days.") { id, after, limit };
        command.Validators.Add(result =>
        {
            if (result.GetValue(limit) is < 1 or > 1000)
                result.AddError("--limit is a number from 1 to 1000");
        });
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var from = parsed.GetValue(after) is { } mark ? $"&after={Uri.EscapeDataString(mark)}" : "";
            var answer = await relay.GetAsync($"{PathOf(parsed, id)}/history?limit={parsed.GetValue(limit) ?? 100}{from}", ApiJson.Default.HistoryView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else
                HistoryTables.Show(terminal, answer.Value);
            return ExitCode.Ok;
        });
    }

    private static Command Probe(Terminal terminal)
    {
        var id = Id();
        var command = new Command("probe", "Looks at a source now, in full. Ends with 0 when it is aligned, 1 when misaligned, 2 when unknown.") { id };
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var answer = await relay.PostAsync($"{PathOf(parsed, id)}/probe", ApiJson.Default.SourceView, cancellation);
            return Tell(terminal, parsed, answer, answer.Value.Verdict switch { "aligned" => ExitCode.Ok, "misaligned" => ExitCode.Negative, _ => ExitCode.Unknown });
        });
    }

    private static Command Override(Terminal terminal)
    {
        var id = Id();
        var until = new Option<string?>("--until") { HelpName = "TIME", Description = "When it ends, at most 24 hours from now: \"90m\", \"8h\", or a time such as 2026-01-31T18:00Z." };
        var reason = new Option<string?>("--reason") { HelpName = "TEXT", Description = "Why; stands in the log, and in red beside the source." };
        var withdraw = new Option<bool>("--withdraw") { Description = "Ends an override now." };
        var command = new Command("override", "Opens what DNS and the outside say against a source, for some hours. Never the bound address or the name really sent.") { id, until, reason, withdraw };
        command.Validators.Add(result =>
        {
            var ends = result.GetValue(withdraw);
            if (ends && (result.GetValue(until) ?? result.GetValue(reason)) is not null)
                result.AddError("--withdraw stands alone: it ends an override");
            else if (!ends && (result.GetValue(until) is null || result.GetValue(reason) is null))
                result.AddError("An override needs --until TIME and --reason TEXT");
            else if (!ends && Moments.Error(until, result.GetValue(until)!) is { } error)
                result.AddError(error);
        });
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            if (parsed.GetValue(withdraw))
                return Tell(terminal, parsed, await relay.DeleteAsync($"{PathOf(parsed, id)}/override?by={Uri.EscapeDataString(Operators.Name)}", ApiJson.Default.SourceView, cancellation), ExitCode.Ok);
            var request = new OverrideRequest(Moments.Of(parsed, until), parsed.GetValue(reason), Operators.Name);
            return Tell(terminal, parsed, await relay.PostAsync($"{PathOf(parsed, id)}/override", request, RequestJson.Default.OverrideRequest, ApiJson.Default.SourceView, cancellation), ExitCode.Ok);
        });
    }

    private static Command Attest(Terminal terminal)
    {
        var id = Id();
        var by = new Option<string>("--by") { HelpName = "NAME", Description = "Whose word it is. Default: your user name.", DefaultValueFactory = _ => Operators.Name };
        var command = new Command("attest", "Gives an operator's word, with today's date, that a translated source leaves under its public address. Shown as such, never as an observation.") { id, by };
        return command.Asking(terminal, async (parsed, relay, cancellation) => Tell(terminal, parsed, await relay.PostAsync(
            $"{PathOf(parsed, id)}/attest", new AttestRequest(parsed.GetValue(by)), RequestJson.Default.AttestRequest, ApiJson.Default.SourceView, cancellation), ExitCode.Ok));
    }

    private static Argument<string> Id() => new("id") { HelpName = "ID", Description = "As the configuration names it." };

    private static string PathOf(ParseResult parsed, Argument<string> id) => $"api/v1/sources/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}";

    private static int Tell(Terminal terminal, ParseResult parsed, Answer<SourceView> answer, int exitCode)
    {
        if (parsed.GetValue(RelayOptions.Json))
            terminal.Json(answer.Document);
        else
            SourceTables.One(terminal, answer.Value);
        return exitCode;
    }
}
