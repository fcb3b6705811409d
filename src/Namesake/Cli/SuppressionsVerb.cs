using System.CommandLine;
using System.Globalization;
using Namesake.Protocol.Addresses;
using Namesake.Web;
using Namesake.Web.Suppressions;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>namesake suppressions: recipients to whom a brand sends nothing.</summary>
internal static class SuppressionsVerb
{
    public static Command Create(Terminal terminal)
    {
        var suppressions = List(terminal, "suppressions");
        suppressions.Description = "Recipients to whom a brand sends nothing: who, since when, why.";
        suppressions.Subcommands.Add(List(terminal, "list"));
        suppressions.Subcommands.Add(Add(terminal));
        suppressions.Subcommands.Add(Remove(terminal));
        suppressions.Subcommands.Add(SuppressionLists.Import(terminal));
        suppressions.Subcommands.Add(SuppressionLists.Export(terminal));
        return suppressions;
    }

    public static Option<string?> Brand(string description) => new("--brand") { HelpName = "ID", Description = description };

    /// <summary>Refuses what is no address before anything is asked.</summary>
    public static void Check(Command command, Argument<string> address) => command.Validators.Add(result =>
    {
        if (result.GetValue(address) is { } text && !Mailbox.TryParse(text, allowUtf8: true, out _, out var error))
            result.AddError($"\"{text}\": {error}");
    });

    private static Command List(Terminal terminal, string name)
    {
        var brand = Brand("Only this brand's.");
        var address = new Option<string?>("--address") { HelpName = "ADDRESS", Description = "Only this recipient, in every brand's list." };
        var counted = new Option<bool>("--counted") { Description = "Those too whose refusals are only counted so far." };
        var limit = new Option<int>("--limit") { HelpName = "N", Description = "At most so many, 1 to 1000. Default: 100.", DefaultValueFactory = _ => 100 };
        var command = new Command(name, "Suppressed recipients by brand and address. `export` gives all of them.") { brand, address, counted, limit };
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"api/v1/suppressions?limit={parsed.GetValue(limit)}")
                + (parsed.GetValue(brand) is { } id ? $"&brand={Uri.EscapeDataString(id)}" : "") + (parsed.GetValue(address) is { } one ? $"&address={Uri.EscapeDataString(one)}" : "")
                + (parsed.GetValue(counted) ? "&counted=true" : "");
            var answer = await relay.GetAsync(path, ApiJson.Default.PageSuppressionView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else if (answer.Value.Items.IsEmpty)
                terminal.Line("Nobody is suppressed.");
            else
                Show(terminal, answer.Value);
            return ExitCode.Ok;
        });
    }

    private static Command Add(Terminal terminal)
    {
        var address = new Argument<string>("address") { HelpName = "ADDRESS" };
        var brand = new Option<string>("--brand") { HelpName = "ID", Description = "Whose mail doesn't go there any more.", Required = true };
        var reason = new Option<string>("--reason") { HelpName = "TEXT", Description = "Why; stands in the log, and whoever writes there reads it.", Required = true };
        var until = new Option<string?>("--until") { HelpName = "TIME", Description = "When it ends by itself: \"8h\", \"30d\", or a time such as 2026-01-31T18:00Z. Default: when it is removed." };
        var command = new Command("add", "Refuses the brand's mail to a recipient at RCPT TO, and returns what is queued, with the reason.") { address, brand, reason, until };
        Check(command, address);
        Moments.Check(command, until);
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var answer = await relay.PostAsync("api/v1/suppressions",
                new SuppressRequest(parsed.GetValue(brand), parsed.GetValue(address), parsed.GetValue(reason), Moments.Of(parsed, until), Operators.Name),
                RequestJson.Default.SuppressRequest, ApiJson.Default.SuppressionView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else
                terminal.Line($"{answer.Value.Brand} sends nothing to {answer.Value.Address} any more{(answer.Value.Until is { } end ? $" until {Tables.Time(end)}" : "")}. Its senders hear: {answer.Value.Text}");
            return ExitCode.Ok;
        });
    }

    private static Command Remove(Terminal terminal)
    {
        var address = new Argument<string>("address") { HelpName = "ADDRESS" };
        var brand = new Option<string>("--brand") { HelpName = "ID", Description = "Whose mail may go there again.", Required = true };
        var command = new Command("remove", "Lets the brand's mail go to a recipient again, and forgets what was counted.") { address, brand };
        Check(command, address);
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var answer = await relay.PostAsync("api/v1/suppressions/remove", new LiftRequest(parsed.GetValue(brand), parsed.GetValue(address), Operators.Name),
                RequestJson.Default.LiftRequest, ApiJson.Default.SuppressionView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else
                terminal.Line($"{answer.Value.Brand} sends to {answer.Value.Address} again.");
            return ExitCode.Ok;
        });
    }

    private static void Show(Terminal terminal, Page<SuppressionView> page)
    {
        var table = Tables.New("brand", "recipient", "since", "until", "refusals#", "state", "why");
        foreach (var entry in page.Items)
            table.AddRow(Tables.Cell(entry.Brand), Tables.Cell(entry.Address), Tables.Cell(entry.Since is { } since ? Tables.Time(since) : "-"),
                Tables.Cell(entry.Until is { } until ? Tables.Time(until) : entry.Since is null ? "-" : "it is removed"), Tables.Number(entry.Refusals),
                Tables.Cell(entry.State, entry.State == "suppressed" ? Color.Red : Color.Yellow),
                Tables.Cell(entry.Origin == "reply" ? $"{entry.Reply} (message {entry.Message})" : entry.Origin == "bounce" ? $"bounced: {entry.Reply} (brought by {entry.By})" : $"{(entry.Origin == "import" ? "imported" : "put there")} by {entry.By}{(entry.Reason is null ? "" : $": {entry.Reason}")}"));
        terminal.Write(table);
        if (page.Next is not null)
            terminal.Line("There are more: `namesake suppressions export` gives all of them.");
    }
}
