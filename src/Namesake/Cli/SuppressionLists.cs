using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Namesake.Core.Receivers.Bounces;
using Namesake.Core.Suppression;
using Namesake.Web;
using Namesake.Web.Suppressions;

namespace Namesake.Cli;

/// <summary>namesake suppressions import, export: whole lists, a line for each recipient.</summary>
internal static class SuppressionLists
{
    /// <summary>Lines that can't be read are named; after so many the file is another kind of file.</summary>
    private const int MostWrong = 100;

    public static Command Import(Terminal terminal)
    {
        var file = new Argument<string>("file") { HelpName = "FILE", Description = "One recipient a line: JSON as `export` writes it, or an address, alone or as the first column. \"-\": standard input." };
        var brand = SuppressionsVerb.Brand("Of the lines that name none.");
        var reason = new Option<string?>("--reason") { HelpName = "TEXT", Description = "Of the lines that give none, such as where the list comes from; whoever writes there reads it." };
        var bounces = new Option<bool>("--bounces") { Description = "FILE is bounce messages, one or a mailbox (mbox): whom enough of them call unknown or disabled is taken. Needs --brand." };
        var refusals = new Option<int?>("--refusals") { HelpName = "N", Description = "With --bounces: messages that must have bounced, 1 to 100. Default: 2." };
        var command = new Command("import", "Takes over a list, in the place of what is known of its recipients. Lines that can't be taken are named, the others are taken; ends with 1 then.") { file, brand, reason, bounces, refusals };
        command.Validators.Add(result =>
        {
            if (result.GetValue(bounces) && result.GetValue(brand) is null)
                result.AddError("--bounces needs --brand: a bounce doesn't say whose mail it was");
            if (result.GetValue(refusals) is < 1 or > 100)
                result.AddError("--refusals is 1 to 100");
            if (result.GetValue(reason) is { Length: > SuppressionEntry.MostText })
                result.AddError($"--reason is {SuppressionEntry.MostText} characters at most");
        });
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            if (parsed.GetValue(bounces))
                return await BouncesAsync(terminal, relay, parsed.GetRequiredValue(file), parsed.GetRequiredValue(brand)!, parsed.GetValue(refusals) ?? 2, parsed.GetValue(RelayOptions.Json), cancellation);
            using var lines = Open(parsed.GetRequiredValue(file));
            var (taken, over, unread, number) = (0, 0, 0, 0);
            var wrong = ImmutableArray.CreateBuilder<WrongEntry>();
            var batch = new ImportBatch();
            while (await lines.ReadLineAsync(cancellation) is { } text)
            {
                number++;
                if (string.IsNullOrWhiteSpace(text) || text.StartsWith('#'))
                    continue;
                if (ImportLine.TryRead(text, out var line, out var error) && (line.Brand ?? parsed.GetValue(brand)) is not null)
                {
                    var entry = new ImportedSuppression(line.Address.ToString(), line.Brand, line.Since, line.Until, line.Reason ?? parsed.GetValue(reason));
                    while (!batch.TryAdd(number, entry))
                        await SendAsync();
                }
                else
                {
                    LeaveOut(number, error ?? "it names no brand, and --brand isn't given");
                    if (++unread >= MostWrong)
                        throw new CliException(ExitCode.Usage, $"{MostWrong} lines can't be read: this is no list of recipients. {Tables.Count(taken, "recipient")} before them taken over");
                }
            }

            if (!batch.IsEmpty)
                await SendAsync();
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(CliJson.Element(new ImportView(taken, over, 0, wrong.ToImmutable()), ApiJson.Default.ImportView));
            else
                terminal.Line($"{Tables.Count(taken, "recipient")} taken over{(over > 0 ? $", {over} passed by because their time is over" : "")}{(unread > 0 ? $", {Tables.Count(unread, "line")} not understood" : "")}{(wrong.Count > unread ? $", {Tables.Count(wrong.Count - unread, "line")} not possible" : "")}.");
            return wrong.Count > 0 ? ExitCode.Negative : ExitCode.Ok;

            async Task SendAsync()
            {
                var answer = await relay.PostAsync("api/v1/suppressions/import", new ImportRequest(parsed.GetValue(brand), batch.Entries, Operators.Name), RequestJson.Default.ImportRequest, ApiJson.Default.ImportView, cancellation);
                foreach (var one in answer.Value.Wrong)
                    LeaveOut(batch.LineAt(one.Place), one.Detail);
                batch.Clear();
                taken += answer.Value.Taken;
                over += answer.Value.Over;
            }

            void LeaveOut(int line, string why)
            {
                terminal.Complain(string.Create(CultureInfo.InvariantCulture, $"line {line}: {why}"));
                wrong.Add(new WrongEntry(line, why));
            }
        });
    }

    private static async Task<int> BouncesAsync(Terminal terminal, RelayClient relay, string file, string brand, int least, bool json, CancellationToken cancellation)
    {
        if (!ReplyDocument.TryRead(await ClassifyVerb.ReadAsync(file, cancellation), out var document, out var error))
            throw new CliException(ExitCode.Usage, $"{file}: {error}");
        if (document.Format is not ("message" or "mailbox"))
            throw new CliException(ExitCode.Usage, $"{file} is no bounce message and no mailbox of them");
        var (taken, kept, found) = (0, 0, BouncedRecipient.In(document, least));
        var wrong = ImmutableArray.CreateBuilder<WrongEntry>();
        var batch = new ImportBatch();
        for (var i = 0; i < found.Length; i++)
            while (!batch.TryAdd(i, new ImportedSuppression(found[i].Address.ToString(), Bounces: found[i].Messages, Reply: found[i].Reply)))
                await SendAsync();
        if (!batch.IsEmpty)
            await SendAsync();

        if (json)
            terminal.Json(CliJson.Element(new ImportView(taken, 0, kept, wrong.ToImmutable()), ApiJson.Default.ImportView));
        else
            terminal.Line($"{Tables.Count(taken, "recipient")} taken over{(kept > 0 ? $", {kept} left as a person had put them into the list" : "")}: {Tables.Count(document.Replies.Length, "refusal")} read, the others were not refused because there is nobody, or by fewer than {Tables.Count(least, "message")}.");
        return wrong.Count > 0 ? ExitCode.Negative : ExitCode.Ok;

        async Task SendAsync()
        {
            var answer = await relay.PostAsync("api/v1/suppressions/import", new ImportRequest(brand, batch.Entries, Operators.Name), RequestJson.Default.ImportRequest, ApiJson.Default.ImportView, cancellation);
            taken += answer.Value.Taken;
            kept += answer.Value.Kept;
            foreach (var one in answer.Value.Wrong)
            {
                terminal.Complain($"{found[batch.LineAt(one.Place)].Address}: {one.Detail}");
                wrong.Add(one);
            }

            batch.Clear();
        }
    }

    public static Command Export(Terminal terminal)
    {
        var brand = SuppressionsVerb.Brand("Only this brand's.");
        var command = new Command("export", "Writes the whole list, a JSON object for each recipient: for a backup, another relay, or a mailing tool.") { brand };
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var path = "api/v1/suppressions?limit=1000" + (parsed.GetValue(brand) is { } id ? $"&brand={Uri.EscapeDataString(id)}" : "");
            for (string? after = null; ;)
            {
                var answer = await relay.GetAsync(after is null ? path : $"{path}&after={Uri.EscapeDataString(after)}", ApiJson.Default.PageSuppressionView, cancellation);
                foreach (var entry in answer.Document.GetProperty("items").EnumerateArray())
                    terminal.Raw(entry.GetRawText());
                if ((after = answer.Value.Next) is null)
                    return ExitCode.Ok;
            }
        });
    }

    private static TextReader Open(string file)
    {
        try
        {
            return file == "-" ? Console.In : new StreamReader(file);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{file} can't be read: {trouble.Message}");
        }
    }
}
