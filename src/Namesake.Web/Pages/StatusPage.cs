using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Web.Queue;
using Namesake.Web.Status;

namespace Namesake.Web.Pages;

/// <summary>The page at /: plain HTML, no script, for a person at this machine. It shows what is held and why; no addresses of people, no content, nothing secret.</summary>
internal sealed class StatusPage(RunningRelay relay, StatusReading status, QueueEndpoints queue)
{
    private const int MostQueues = 100;

    private const string Style = """
        :root{color-scheme:light dark;--line:#8884;--bad:#c62828;--good:#2e7d32;--doubt:#b26a00}
        body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}
        h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:1.8rem 0 .4rem}
        p{margin:.3rem 0}.sub{opacity:.75}
        table{border-collapse:collapse;width:100%}
        th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line)}
        th{font-weight:600;font-size:.85rem;opacity:.75}
        td.n{text-align:right;font-variant-numeric:tabular-nums}
        .aligned{color:var(--good)}.misaligned,.held,.red{color:var(--bad);font-weight:600}.unknown,.resting{color:var(--doubt)}
        .warn{border:2px solid var(--bad);padding:.5rem .8rem;margin:1rem 0}
        """;

    /// <summary>No script, no picture, no frame, nothing from anywhere; the style is allowed by its hash.</summary>
    public static readonly string ContentSecurityPolicy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], ShowAsync);

    private async Task ShowAsync(HttpContext http)
    {
        var page = new Html();
        var now = relay.Time.GetUtcNow();
        var state = await status.ReadAsync(http.RequestAborted);
        var summaries = await relay.Spool.QueuesAsync(new SpoolFilter(), new QueueId(0), MostQueues, http.RequestAborted);
        Head(page, state, now);
        Alarms(page, state, now);
        Sources(page, now);
        await QueuesAsync(page, summaries, now, http.RequestAborted);
        page.Add($"</body></html>\n");
        http.Response.ContentType = "text/html; charset=utf-8";
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.WriteAsync(page.ToString(), http.RequestAborted);
    }

    private static void Head(Html page, StatusView state, DateTimeOffset now)
    {
        page.Add($"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Namesake on {state.Node}</title>")
            .Add($"<meta name=\"viewport\" content=\"width=device-width\"><meta http-equiv=\"refresh\" content=\"5\"><style>");
        page.AddStyle(Style);
        page.Add($"</style></head><body>\n<h1>Namesake on {state.Node}</h1>\n")
            .Add($"<p class=\"sub\">{state.Version}, up {Ages.Short(now - state.Started)}, {now:yyyy-MM-dd HH:mm:ss} UTC; listening on {Listed(state.Listeners)}</p>\n");
        if (!state.TreatAsPublic.IsEmpty)
            page.Add($"<p class=\"warn\">Test ranges count as public here: {Listed(state.TreatAsPublic)}. This is no relay for real mail.</p>\n");
        page.Add($"<p>{state.Spool.Messages:N0} messages to {state.Spool.Recipients:N0} recipients wait, {state.InMemory:N0} of them are being worked on over ")
            .Add($"{state.DeliverySessions:N0} connections; {state.Clients:N0} clients are connected.");
        if (state.Spool.Undeliverable > 0)
            page.Add($" {state.Spool.Undeliverable:N0} reports could not be delivered and are kept.");
        if (state.Spool.EventsFrom is { } from)
            page.Add($" Events of attempts before {from:yyyy-MM-dd HH:mm} UTC went before their days: too many for spool.eventBytes or the disk.");
        page.Add($"</p>\n");
    }

    private static void Alarms(Html page, StatusView state, DateTimeOffset now)
    {
        page.Add($"<h2>Alarms</h2>\n");
        if (state.Alarms.IsEmpty)
        {
            page.Add($"<p>Nothing is held, nothing is short.</p>\n");
            return;
        }

        page.Add($"<table><tr><th scope=\"col\">Source</th><th scope=\"col\">Receiver</th><th scope=\"col\">Since</th><th scope=\"col\">Why, and what ends it</th><th scope=\"col\">Waiting</th></tr>\n");
        foreach (var alarm in state.Alarms)
            page.Add($"<tr><td class=\"held\">{alarm.Source ?? alarm.Kind}</td><td>{alarm.Site ?? (alarm.Source is null ? "" : "all")}</td><td>{Ages.Short(now - alarm.Since)}</td><td>{alarm.Text}</td>")
                .Add($"<td>{alarm.Hurts()}</td></tr>\n");
        page.Add($"</table>\n");
    }

    private void Sources(Html page, DateTimeOffset now)
    {
        page.Add($"<h2>Sources</h2>\n<table><tr><th scope=\"col\">Source</th><th scope=\"col\">Local</th><th scope=\"col\">Public</th><th scope=\"col\">EHLO</th>")
            .Add($"<th scope=\"col\">Verdict</th><th scope=\"col\">Proof</th><th scope=\"col\">Next look</th></tr>\n");
        foreach (var source in relay.Model().Sources.All)
        {
            var standing = relay.Identity.Of(source.Id);
            var verdict = (standing?.Verdict ?? Verdict.Unknown).ToString().ToLowerInvariant();
            page.Add($"<tr><td>{source.Id}</td><td>{source.LocalAddress}</td><td>{source.PublicAddress}</td><td>{source.Ehlo}</td>")
                .Add($"<td class=\"{verdict}\">{verdict}")
                .Add($"{(standing is { IsOpen: false } ? ", held" : "")}{(source.Retiring ? ", retiring" : "")}{(standing?.GraceEnds is { } ends ? $", patience ends in {Ages.Short(ends - now)}" : "")}");
            if (standing?.Override is { } note)
                page.Add($" <span class=\"red\">overridden until {note.Until:HH:mm} UTC by {note.By}: {note.Reason}</span>");
            page.Add($"</td><td>{(standing?.Proof is { } proof ? $"{proof.Evidence}{(proof.From.Length > 0 ? $" by {proof.From}" : "")}, {Ages.Short(now - proof.At)} old" : "none")}</td>")
                .Add($"<td>{(standing?.NextProbe is { } next ? $"in {Ages.Short(next - now)}" : "")}</td></tr>\n");
        }

        page.Add($"</table>\n");
    }

    private async Task QueuesAsync(Html page, ImmutableArray<QueueSummary> summaries, DateTimeOffset now, CancellationToken cancellation)
    {
        page.Add($"<h2>Queues</h2>\n");
        var waiting = summaries.Where(summary => summary.Waiting > 0).ToList();
        if (waiting.Count == 0)
        {
            page.Add($"<p>Nothing waits.</p>\n");
            return;
        }

        page.Add($"<table><tr><th scope=\"col\">Brand</th><th scope=\"col\">Source</th><th scope=\"col\">To</th><th scope=\"col\">Waiting</th><th scope=\"col\">State</th></tr>\n");
        foreach (var summary in waiting)
        {
            var shown = await queue.ShownAsync(summary, cancellation);
            page.Add($"<tr><td>{shown.Brand}</td><td>{shown.Source}</td><td>{shown.Domain}</td><td class=\"n\">{shown.Waiting:N0}</td><td><span class=\"{shown.State}\">{shown.State}</span> ")
                .Add($"{shown.Hold?.Text ?? shown.Rest?.Reason ?? Kept(shown)}{(shown.Rest is { } rest ? $", until {rest.Until.ToString("HH:mm:ss", CultureInfo.InvariantCulture)} UTC" : "")}")
                .Add($"{(shown.FirstExpires is { } expires ? $"; the oldest is returned in {Ages.Short(expires - now)}" : "")}</td></tr>\n");
        }

        page.Add($"</table>\n");
        if (summaries.Length == MostQueues)
            page.Add($"<p class=\"sub\">These are the first {MostQueues}; `namesake queue` lists them all.</p>\n");
    }

    private static string Listed(ImmutableArray<string> items) => items.IsEmpty ? "nothing" : string.Join(", ", items);

    private static string? Kept(QueueView queue) =>
        queue.KeptBy is { Count: > 0 } kept ? FormattableString.Invariant($"{queue.Kept:N0} kept back: {string.Join("; ", kept.Select(words => words.Reason).Distinct())}") : null;
}
