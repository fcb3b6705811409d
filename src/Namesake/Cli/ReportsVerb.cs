using System.Collections.Immutable;
using System.CommandLine;
using Namesake.Core.Identity.Reports;
using Namesake.Web;
using Namesake.Web.Reports;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>namesake reports read: who sends in the brands' names, by what receivers report; handed to the relay, whose audits judge it.</summary>
internal static class ReportsVerb
{
    /// <summary>Rows a person reads; programs get all.</summary>
    private const int MostShown = 200;

    /// <summary>Rows handed to the relay: it keeps a few hundred of a brand, and what may be ours comes first.</summary>
    private const int MostHandedIn = 2_000;

    public static Command Create(Terminal terminal) =>
        new("reports", "What receivers report of mail in our brands' names.") { Read(terminal) };

    private static Command Read(Terminal terminal)
    {
        var paths = new Argument<string[]>("PATH") { Arity = ArgumentArity.OneOrMore, HelpName = "FILE|-|DIR", Description = "DMARC aggregate reports (XML, .gz, .zip), reports about TLS (JSON), feedback reports (ARF); messages, mailboxes and Maildirs with such. - is the standard input." };
        var offline = new Option<bool>("--offline") { Description = "Asks no relay: shows what the reports say and keeps nothing." };
        var command = new Command("read", "Shows which addresses reports name as senders, and hands that to the running relay: its audits compare it with the declared addresses (AU-11). Ends with 1 when mail of ours left from an undeclared address, 2 when there is no report.")
        {
            paths, offline, RelayOptions.Config, RelayOptions.Api, RelayOptions.TokenFile, RelayOptions.Json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var (summary, unread) = await SummaryAsync(parsed.GetRequiredValue(paths), terminal, cancellation);
            if (summary.Reports == 0)
                throw new CliException(ExitCode.Unknown, "there is no report in it");
            var rows = summary.Rows;
            var (places, trouble) = parsed.GetValue(offline) ? ([], null) : await HandInAsync(parsed, rows, terminal, cancellation);
            var report = new ReportsReport(summary.Reports, unread, !places.IsEmpty, [.. rows.Select((row, place) => ReportedAddress.Of(row, place < places.Length ? places[place] : null))]);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(CliJson.Element(report, CliJson.Default.ReportsReport));
            else
                Show(terminal, report, summary.LeftOut);
            if (trouble is not null)
                throw trouble;
            return report.HasStrangers ? ExitCode.Negative : ExitCode.Ok;
        });
        return command;
    }

    private static async Task<(ReportSummary Summary, int Unread)> SummaryAsync(string[] paths, Terminal terminal, CancellationToken cancellation)
    {
        var summary = new ReportSummary();
        var unread = 0;
        foreach (var path in paths)
            foreach (var file in ReportFiles.Under(path))
            {
                cancellation.ThrowIfCancellationRequested();
                if (ReportDocument.Read(await ReportFiles.ReadAsync(file, cancellation), summary) is not { } error)
                    continue;
                unread++;
                if (file == path) // what lies in a directory beside reports is nobody's error
                    terminal.Complain($"{(file == "-" ? "the standard input" : file)}: {error}");
            }
        return (summary, unread);
    }

    /// <returns>Nothing where no relay is configured here, or none can be asked; with the trouble where one was named.</returns>
    private static async Task<(ImmutableArray<ReportPlaceView> Places, CliException? Trouble)> HandInAsync(ParseResult parsed, ImmutableArray<ReportedRow> rows, Terminal terminal, CancellationToken cancellation)
    {
        var (config, api) = (parsed.GetValue(RelayOptions.Config), parsed.GetValue(RelayOptions.Api));
        if (config is null && api is null && !File.Exists(RelayOptions.DefaultFile))
            return ([], null);
        try
        {
            using var relay = RelayClient.For(config, api, parsed.GetValue(RelayOptions.TokenFile), terminal);
            var places = ImmutableArray.CreateBuilder<ReportPlaceView>();
            foreach (var chunk in rows.Take(MostHandedIn).Chunk(ReportsRequest.Most))
                places.AddRange((await relay.PostAsync("api/v1/reports", new ReportsRequest([.. chunk.Select(ReportedSenderRequest.Of)]), RequestJson.Default.ReportsRequest, ApiJson.Default.ReportsView, cancellation)).Value.Senders);
            return (places.ToImmutable(), null);
        }
        catch (CliException trouble)
        {
            return ([], new CliException(trouble.ExitCode, $"the reports were read and not handed to a relay: {trouble.Message}"));
        }
    }

    private static void Show(Terminal terminal, ReportsReport report, long leftOut)
    {
        var table = Tables.New("brand", "domain", "address", "declared", "messages#", "SPF", "DKIM", "kind", "reporter", "until");
        foreach (var sender in report.Senders.Take(MostShown))
            table.AddRow(Tables.Cell(sender.Brand ?? "?"), Tables.Cell(sender.Domain), Tables.Cell(sender.Address), Tables.Cell(Declared(sender), sender.IsStranger ? Color.Red : null), Tables.Number(sender.Messages),
                Tables.Cell(sender.Spf ? "pass" : "no"), Tables.Cell(sender.Dkim ? "pass" : "no"), Tables.Cell(sender.Kind), Tables.Cell(sender.Reporter), Tables.Cell($"{sender.Day:yyyy-MM-dd}"));
        terminal.Write(table);
        terminal.Line();
        if (report.Senders.Length > MostShown)
            terminal.Line($"{Tables.Count(report.Senders.Length - MostShown, "further row")}: --json has them all.");
        if (leftOut > 0)
            terminal.Line($"{Tables.Count(leftOut, "row")} beyond {ReportSummary.MostRows} left out.");
        terminal.Line($"{Tables.Count(report.Reports, "report")} read{(report.Unread > 0 ? $", {Tables.Count(report.Unread, "file")} without one" : "")}; {(report.HandedIn ? "the relay has them." : "no relay was given them: name one with --config FILE.")}");
    }

    private static string Declared(ReportedAddress sender) => sender.Declared switch { true => "yes", false => "no", null => "?" };
}
