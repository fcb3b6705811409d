using System.CommandLine;
using Namesake.Web;
using Namesake.Web.Lanes;
using Namesake.Web.Sites;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>namesake sites: one receiver, whatever source sends there.</summary>
internal static class SitesVerb
{
    public static Command Create(Terminal terminal)
    {
        var sites = List(terminal, "sites");
        sites.Description = "Receivers as all sources meet them: connections and limits in all, how many sources rest or are held, suspensions.";
        sites.Subcommands.Add(List(terminal, "list"));
        sites.Subcommands.Add(Suspend(terminal));
        sites.Subcommands.Add(Resume(terminal));
        return sites;
    }

    private static Command List(Terminal terminal, string name) => new Command(name, "All sites in a table.").Asking(terminal, async (parsed, relay, cancellation) =>
    {
        var answer = await relay.GetAsync("api/v1/sites", ApiJson.Default.PageSiteView, cancellation);
        if (parsed.GetValue(RelayOptions.Json))
        {
            terminal.Json(answer.Document);
            return ExitCode.Ok;
        }

        if (answer.Value.Items.IsEmpty)
            terminal.Line("No site was sent anything lately, and none is suspended.");
        else
        {
            var table = Tables.New("site", "sources#", "connections#", "limits in all", "waiting#", "state");
            foreach (var site in answer.Value.Items)
                table.AddRow(Tables.Cell(site.Site), Tables.Number(site.Lanes), Tables.Number(site.Sessions), Tables.Cell(Limits(site)), Tables.Number(site.Waiting), State(site));
            terminal.Write(table);
        }

        return ExitCode.Ok;
    });

    private static Command Suspend(Terminal terminal)
    {
        var site = Site();
        var (reason, until) = LaneSuspension.Options("site");
        var command = new Command("suspend", "Lets nothing leave to a receiver, by whatever source, over restarts too; sources that come later are stopped as well. Its mail waits.") { site, reason, until };
        Moments.Check(command, until);
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var answer = await relay.PostAsync(PathOf(parsed, site, "suspend"), new SuspendRequest(parsed.GetValue(reason), Moments.Of(parsed, until), Operators.Name),
                RequestJson.Default.SuspendRequest, ApiJson.Default.SiteView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else
                terminal.Line($"Nothing is sent to {answer.Value.Site} any more: {LaneSuspension.Text(answer.Value.Suspension!)}.{LaneSuspension.Noted(answer.Value.Note)}");
            return ExitCode.Ok;
        });
    }

    private static Command Resume(Terminal terminal)
    {
        var site = Site();
        var command = new Command("resume", "Opens a suspended site. Lanes that are suspended by themselves stay so.") { site };
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var answer = await relay.PostAsync($"{PathOf(parsed, site, "resume")}?by={Uri.EscapeDataString(Operators.Name)}", ApiJson.Default.SiteView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else
                terminal.Line(answer.Value.Suspension is { } other ? $"{answer.Value.Site} is no longer suspended itself, but still {LaneSuspension.Text(other)}."
                    : answer.Value.Held == 0 ? $"{answer.Value.Site} is open again."
                    : $"{answer.Value.Site} is open again, but for {Tables.Count(answer.Value.Held, "source")} held or suspended there: `namesake lanes`.");
            return ExitCode.Ok;
        });
    }

    private static string Limits(SiteView site) => string.Join(", ", new[]
    {
        site.ConnectionsInAll is { } most ? $"{most} connections, known to bear {Math.Min(most, site.SessionsBorne)}" : $"known to bear {site.SessionsBorne} connections",
        site.MessagesPerMinuteInAll is { } rate ? $"{rate}/min" : null,
    }.OfType<string>());

    private static Text State(SiteView site)
    {
        if (site.Suspension is { } suspension)
            return Tables.Cell(LaneSuspension.Text(suspension), Color.Red);
        var but = string.Join(", ", new[]
        {
            site.Held > 0 ? $"{site.Held} held or suspended" : null,
            site.Resting > 0 ? $"{site.Resting} resting" : null,
            site.AwaitSession > 0 ? $"{site.AwaitSession} waiting for a connection" : null,
        }.OfType<string>());
        return but.Length == 0 ? Tables.Cell("open") : Tables.Cell($"open; of its sources {but}", Color.Yellow);
    }

    private static Argument<string> Site() => new("site") { HelpName = "SITE", Description = "As `sites` and `lanes` show it." };

    private static string PathOf(ParseResult parsed, Argument<string> site, string verb) => $"api/v1/sites/{Uri.EscapeDataString(parsed.GetRequiredValue(site))}/{verb}";
}
