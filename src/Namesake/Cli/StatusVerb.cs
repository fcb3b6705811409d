using System.CommandLine;
using System.Globalization;
using Namesake.Web;
using Namesake.Web.Status;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>namesake status: is the relay well, and if not, whom does it hurt.</summary>
internal static class StatusVerb
{
    public static Command Create(Terminal terminal) =>
        new Command("status", "Whether the relay is well; what is wrong and whom it hurts. Ends with 1 while an alarm stands.").Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var answer = await relay.GetAsync("api/v1/status", ApiJson.Default.StatusView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else
                Show(terminal, answer.Value);
            return answer.Value.Alarms.IsEmpty ? ExitCode.Ok : ExitCode.Negative;
        });

    private static void Show(Terminal terminal, StatusView status)
    {
        terminal.Write(Tables.Facts(
            ("node", Tables.Cell($"{status.Node}, Namesake {status.Version}, started {Tables.Age(status.Started)}")),
            ("listening", Tables.Cell(string.Join(", ", status.Listeners))),
            ("brands", Tables.Cell(status.Brands.ToString(CultureInfo.InvariantCulture))),
            ("sources", Tables.Cell(Sources(status.Sources), status.Sources.Held > 0 ? Color.Red : null)),
            ("spool", Tables.Cell($"{Tables.Count(status.Spool.Messages, "message")} to {Tables.Count(status.Spool.Recipients, "recipient")}, {Tables.Bytes(status.Spool.Bytes)} on disk"
                + (status.Spool.Undeliverable > 0 ? $"; {Tables.Count(status.Spool.Undeliverable, "report")} undeliverable" : ""))),
            ("events", status.Spool.EventsFrom is { } from ? Tables.Cell($"{Tables.Bytes(status.Spool.EventBytes)}; those before {Tables.Time(from)} went before their days: too many for spool.eventBytes or the disk", Color.Yellow) : null),
            ("moving", Tables.Cell($"{Tables.Count(status.InMemory, "message")} in work over {Tables.Count(status.DeliverySessions, "connection")}; {Tables.Count(status.Clients, "client")} connected")),
            ("suspended", status.Suspensions == 0 ? null : Tables.Cell($"{Tables.Count(status.Suspensions, "suspension")} by operators: `namesake lanes` and `namesake sites` show them", Color.Yellow)),
            ("test ranges", status.TreatAsPublic.IsEmpty ? null : Tables.Cell($"{string.Join(", ", status.TreatAsPublic)} count as public: no relay for real mail", Color.Red))));
        foreach (var alarm in status.Alarms)
        {
            terminal.Line();
            terminal.Write(Tables.Facts(
                (alarm.Check is null || alarm.Source is null ? "alarm" : "held", Tables.Cell(alarm.Source is null ? alarm.Kind : alarm.Subject(), Color.Red)),
                ("why", Tables.Cell(alarm.Text)),
                ("since", Tables.Cell($"{Tables.Time(alarm.Since)} ({Tables.Age(alarm.Since)})")),
                ("waiting", alarm.Recipients == 0 ? null : Tables.Cell(alarm.Hurts()))));
        }
    }

    private static string Sources(SourceTotals sources)
    {
        var parts = new[] { (sources.Aligned, "aligned"), (sources.Misaligned, "misaligned"), (sources.Unknown, "unknown"), (sources.Held, "held"), (sources.Overridden, "overridden") };
        return $"{sources.Total}: {string.Join(", ", parts.Where(part => part.Item1 > 0).Select(part => $"{part.Item1} {part.Item2}"))}";
    }
}
