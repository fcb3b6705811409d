using System.CommandLine;
using System.Globalization;
using Namesake.Web;
using Namesake.Web.Lanes;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>namesake lanes: one source towards one receiver, as it stands now.</summary>
internal static class LanesVerb
{
    public static Command Create(Terminal terminal)
    {
        var lanes = List(terminal, "lanes");
        lanes.Description = "Sources towards receivers: connections and limits, rests after failures, holds by the fence, suspensions.";
        lanes.Subcommands.Add(List(terminal, "list"));
        lanes.Subcommands.Add(ProxyEcho(terminal));
        lanes.Subcommands.Add(LaneSuspension.Suspend(terminal));
        lanes.Subcommands.Add(LaneSuspension.Resume(terminal));
        return lanes;
    }

    private static Command List(Terminal terminal, string name) => new Command(name, "All lanes in a table.").Asking(terminal, async (parsed, relay, cancellation) =>
    {
        var answer = await relay.GetAsync("api/v1/lanes", ApiJson.Default.PageLaneView, cancellation);
        if (parsed.GetValue(RelayOptions.Json))
        {
            terminal.Json(answer.Document);
            return ExitCode.Ok;
        }

        if (answer.Value.Items.IsEmpty)
            terminal.Line("No lane has carried anything lately, and none is held or suspended by itself. `namesake sites` shows receivers that are closed for every source.");
        else
        {
            var table = Tables.New("source", "site", "connections#", "limits", "waiting#", "state");
            foreach (var lane in answer.Value.Items)
                table.AddRow(Tables.Cell(lane.Source), Tables.Cell(lane.Site), Tables.Cell(lane.Sessions.ToString(CultureInfo.InvariantCulture)), Tables.Cell(Limits(lane.Limits)), Tables.Cell(lane.Waiting.ToString(CultureInfo.InvariantCulture)),
                    lane.Hold is { } hold ? Tables.Cell($"held: {hold.Text}", Color.Red)
                    : lane.Suspension is { } suspension ? Tables.Cell(LaneSuspension.Text(suspension), Color.Red)
                    : lane.Rest is { } rest ? Tables.Cell($"rests until {Tables.Time(rest.Until)}: {rest.Reason}", Color.Yellow)
                    : lane.RestingDestinations is [var first, ..] resting
                        ? Tables.Cell($"open, but {first.Destination} rests until {Tables.Time(first.Rest.Until)}: {first.Rest.Reason}{(resting.Count > 1 ? $" (and {resting.Count - 1} more)" : "")}", Color.Yellow)
                    : lane.AwaitsSession ? Tables.Cell("waits for its turn: all connections of the node or the site are in use", Color.Yellow)
                    : Tables.Cell("open"));
            terminal.Write(table);
        }

        return ExitCode.Ok;
    });

    private static string Limits(LaneLimitsView? limits) => limits is null ? "-" : string.Join(", ", new[]
    {
        limits.ConnectionsNow < limits.Connections ? $"{limits.ConnectionsNow} now of {limits.Connections} connections" : $"{limits.Connections} connections",
        limits.ConnectionsInAll is { } all ? $"{all} of all sources" : null,
        limits.MessagesPerConnection is { } each ? $"{each} messages each" : null,
        limits.MessagesPerMinute is { } rate ? $"{rate}/min" : null,
        limits.MessagesPerMinuteInAll is { } rateInAll ? $"{rateInAll}/min of all sources" : null,
    }.OfType<string>());

    private static Command ProxyEcho(Terminal terminal)
    {
        var source = new Argument<string>("source") { HelpName = "SOURCE" };
        var site = new Argument<string>("site") { HelpName = "SITE" };
        var command = new Command("proxy-echo", "Marks a receiver's echo as its proxy's, after newer witnesses confirmed our address: it counts as silent from then on.") { source, site };
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var path = $"api/v1/lanes/{Uri.EscapeDataString(parsed.GetRequiredValue(source))}/{Uri.EscapeDataString(parsed.GetRequiredValue(site))}/proxy-echo?by={Uri.EscapeDataString(Operators.Name)}";
            var answer = await relay.PostAsync(path, ApiJson.Default.LaneView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else
                terminal.Line($"What {answer.Value.Site} echoes counts for nothing from now on; {answer.Value.Source} {(answer.Value.Hold is null ? "may send there" : $"is still held there: {answer.Value.Hold.Text}")}.");
            return answer.Value.Hold is null ? ExitCode.Ok : ExitCode.Negative;
        });
    }
}
