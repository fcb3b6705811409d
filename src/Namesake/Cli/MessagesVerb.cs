using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Namesake.Web;
using Namesake.Web.Messages;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>namesake messages: one message's story, or all that wait.</summary>
internal static class MessagesVerb
{
    public static Command Create(Terminal terminal)
    {
        var messages = List(terminal, "messages");
        messages.Description = "Messages that wait, and the story of each. Content is never shown.";
        messages.Subcommands.Add(List(terminal, "list"));
        messages.Subcommands.Add(Show(terminal));
        return messages;
    }

    private static Command List(Terminal terminal, string name)
    {
        var filter = new QueueFilterOptions();
        var command = new Command(name, "Messages that wait, oldest first.");
        filter.AddTo(command);
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var answer = await relay.GetAsync($"api/v1/messages?{filter.Query(parsed)}", ApiJson.Default.PageMessageView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else
                Show(terminal, answer.Value);
            return ExitCode.Ok;
        });
    }

    private static Command Show(Terminal terminal)
    {
        var id = new Argument<string>("id") { HelpName = "ID", Description = "As in Received headers, the log and the list." };
        var command = new Command("show", "One message: recipients, holds, expiry, every attempt.") { id };
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var answer = await relay.GetAsync($"api/v1/messages/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}", ApiJson.Default.MessageDetailsView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else
                Show(terminal, answer.Value);
            return ExitCode.Ok;
        });
    }

    private static void Show(Terminal terminal, Page<MessageView> page)
    {
        if (page.Items.IsEmpty)
        {
            terminal.Line("Nothing waits.");
            return;
        }

        var table = Tables.New("message", "accepted", "brand", "from", "to#", "domain", "state");
        foreach (var message in page.Items)
            table.AddRow(Tables.Cell(message.Id), Tables.Cell(Tables.Age(message.Accepted)), Tables.Cell(message.Brand), Tables.Cell(message.Sender),
                Tables.Cell(message.Waiting.ToString(CultureInfo.InvariantCulture)), Tables.Cell(message.Domain),
                message.Kept is not null ? Tables.Cell("kept back", Color.Red) : message.Hold is { } hold ? Tables.Cell($"held {hold.Check}", Color.Red) : Tables.Cell(message.State == "waiting" ? $"due {Tables.In(message.Due)}" : message.State));
        terminal.Write(table);
        if (page.Next is not null)
            terminal.Line($"\nThere is more: --after {page.Next}");
    }

    private static void Show(Terminal terminal, MessageDetailsView details)
    {
        if (details.Message is { } message)
            terminal.Write(Tables.Facts(
                ("message", Tables.Cell(details.Id)),
                ("accepted", Tables.Cell($"{Tables.Time(message.Accepted)} ({Tables.Age(message.Accepted)})")),
                ("brand", Tables.Cell(message.Brand)),
                ("from", Tables.Cell(message.Sender)),
                ("submitter", message.Submitter.Length > 0 ? Tables.Cell(message.Submitter) : null),
                ("size", Tables.Cell(Tables.Bytes(message.Size))),
                ("expires", Tables.Cell($"{Tables.Time(message.Expires)} ({Tables.In(message.Expires)})")),
                ("kept back", message.Kept is { } kept ? Tables.Cell(QueueVerb.Kept(kept), Color.Red) : null),
                ("held", message.Hold is { } hold ? Tables.Cell($"since {Tables.Time(hold.Since)}: {hold.Text}", Color.Red) : null)));
        else
            terminal.Write(Tables.Facts(("message", Tables.Cell(details.Id)), ("spool", Tables.Cell("nothing of it waits any more"))));
        foreach (var recipient in details.Recipients)
        {
            terminal.Line();
            terminal.Write(Tables.Facts(
                ("to", Tables.Cell(recipient.Address)),
                ("state", Tables.Cell($"{recipient.State}, {Attempts(recipient.Attempts)}{(recipient.Due is { } due ? $", due {Tables.In(due)}" : "")}, from {recipient.Source}")),
                ("last reply", recipient.LastReply is { } reply ? Tables.Cell(reply) : null),
                ("kept back", recipient.Kept is { } kept ? Tables.Cell(kept.Reason, Color.Red) : null),
                ("held", recipient.Hold is { } hold ? Tables.Cell(hold.Text, Color.Red) : null)));
        }

        Events(terminal, details);
    }

    private static void Events(Terminal terminal, MessageDetailsView details)
    {
        if (details.Events.IsEmpty)
            return;
        terminal.Line();
        var table = Tables.New("time", "outcome", "from", "as", "at", "what was said");
        foreach (var told in details.Events)
            table.AddRow(Tables.Cell(Text(told, "time") is { } time && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out var at) ? $"{at.UtcDateTime:MM-dd HH:mm:ss}" : ""),
                Tables.Cell(Text(told, "outcome"), Text(told, "outcome") switch { "delivered" => Color.Green, "refused" => Color.Red, _ => Color.Yellow }),
                Tables.Cell(Text(told, "observedPublic") ?? Text(told, "local")), Tables.Cell(Text(told, "ehlo")), Tables.Cell(Text(told, "mx") ?? Text(told, "site")), Tables.Cell(Text(told, "explanation")));
        terminal.Write(table);
    }

    private static string? Text(JsonElement told, string name) => told.ValueKind == JsonValueKind.Object && told.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Attempts(int attempts) => attempts == 1 ? "1 attempt" : $"{attempts} attempts";
}
