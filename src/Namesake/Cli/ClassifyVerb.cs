using System.CommandLine;
using Namesake.Core.Receivers.Bounces;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>namesake classify: whose fault a receiver's refusal is. Needs no relay, no configuration and no network.</summary>
internal static class ClassifyVerb
{
    /// <summary>Rows a person reads; programs get all.</summary>
    private const int MostRows = 200;

    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("file")
        {
            HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => "-",
            Description = "Replies one a line (\"550 5.7.1 …\"; \"550-…\" goes on), JSON lines, a bounce, or a mailbox of bounces. - is the standard input.",
        };
        var json = new Option<bool>("--json") { Description = "JSON for programs: every reply with its class, its rule and what it quotes." };
        var command = new Command("classify", "Whose fault refusals are, and what the relay would do: identity, reputation, recipient, … Ends with 2 when there is no refusal in the file.") { file, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var name = parsed.GetRequiredValue(file);
            var content = await ReadAsync(name, cancellation);
            if (!ReplyDocument.TryRead(content, out var document, out var error))
                throw new CliException(ExitCode.Unknown, $"{(name == "-" ? "the standard input" : name)}: {error}");
            var report = ClassifyReport.Of(document);
            if (parsed.GetValue(json))
                terminal.Json(CliJson.Element(report, CliJson.Default.ClassifyReport));
            else
                Show(terminal, report);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>One octet more than may be read tells that there is more.</summary>
    internal static async Task<byte[]> ReadAsync(string name, CancellationToken cancellation)
    {
        try
        {
            await using var stream = name == "-" ? Console.OpenStandardInput() : File.OpenRead(name);
            using var content = new MemoryStream();
            var chunk = new byte[64 * 1024];
            int read;
            while (content.Length <= ReplyDocument.MostOctets && (read = await stream.ReadAsync(chunk, cancellation)) > 0)
                content.Write(chunk, 0, read);
            return content.ToArray();
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new CliException(ExitCode.Unknown, $"{name} can't be read: {trouble.Message}");
        }
    }

    private static void Show(Terminal terminal, ClassifyReport report)
    {
        var table = Tables.New("place#", "class", "subclass", "sure", "message", "reply");
        foreach (var reply in report.Replies.Take(MostRows))
            table.AddRow(Tables.Number(reply.Place), Tables.Cell(reply.Class, Colour(reply)), Tables.Cell(reply.Subclass), Tables.Cell(reply.Confidence), Tables.Cell(reply.Message), Tables.Cell(reply.Reply));
        terminal.Write(table);
        terminal.Line();
        if (report.Replies.Length > MostRows)
            terminal.Line($"{Tables.Count(report.Replies.Length - MostRows, "further refusal")}: --json has them all.");
        var counts = report.Replies.CountBy(reply => reply.Class).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal);
        terminal.Line(string.Join(", ", counts.Select(pair => $"{pair.Key} {pair.Value}")));
        if (report.Unread > 0)
            terminal.Line($"{Tables.Count(report.Unread, report.Format is "replies" or "json" ? "line" : "message")} without a refusal.");
    }

    private static Color? Colour(ClassifiedReply reply) => reply.Class switch
    {
        "identity" when reply.Confidence != "low" => Color.Red,
        "identity" or "infrastructure" or "reputation" => Color.Yellow,
        _ => null,
    };
}
