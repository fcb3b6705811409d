using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Web.Lanes;
using Namesake.Web.Problems;

namespace Namesake.Web.Sites;

/// <summary>/api/v1/sites: one receiver, whatever source sends there.</summary>
internal sealed class SiteEndpoints(RunningRelay relay)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sites", List);
        routes.MapPost("/sites/{site}/suspend", SuspendAsync);
        routes.MapPost("/sites/{site}/resume", ResumeAsync);
    }

    private IResult List(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem))
            return Answers.Of(problem);
        var lanes = relay.Dispatcher.Lanes.ToLookup(lane => lane.Key.Site);
        var held = Held().ToLookup(lane => lane.Site);
        var closed = relay.Dispatcher.Suspensions.Where(suspension => suspension.Source is null).Select(suspension => suspension.Site);
        ImmutableArray<SiteView> sites =
        [
            .. lanes.Select(site => site.Key).Union(held.Select(site => site.Key)).Union(closed).OrderBy(site => site.Value, StringComparer.Ordinal).Select(site => Of(site, [.. lanes[site]], [.. held[site]])),
        ];
        return Answers.Json(new Page<SiteView>(sites, null), ApiJson.Default.PageSiteView);
    }

    private async Task<IResult> SuspendAsync(HttpContext http, string site)
    {
        var (suspension, problem) = await Suspending.ReadAsync(http.Request, null, site, relay.Time);
        if (suspension is null)
            return Answers.Of(problem!);
        await relay.Dispatcher.SuspendAsync(null, suspension.Site, suspension.Reason, suspension.By, suspension.Until);
        return Answers.Json(Of(suspension.Site) with { Note = await Suspending.NoteAsync(null, suspension.Site, relay) }, ApiJson.Default.SiteView);
    }

    private async Task<IResult> ResumeAsync(HttpContext http, string site)
    {
        if (!Requests.Knows(http.Request, out var problem, "by") || !Requests.TryText(http.Request, "by", out var by, out problem))
            return Answers.Of(problem);
        if (!Suspending.TrySite(site, out var receiver))
            return Answers.Of(Suspending.NoSite);
        if (await relay.Dispatcher.ResumeAsync(null, receiver, Words.Of(by, 1, 100) ?? "api") is null)
            return Answers.Of(Problem.NotPossible(relay.Dispatcher.SuspensionOf(receiver) is { } shared
                ? $"{shared.Site} is suspended, one of the operators that share {receiver}: `{shared.Resume}`"
                : $"{receiver} is not suspended for every source: GET /api/v1/sites shows what is; suspensions of single sources are in GET /api/v1/lanes"));
        return Answers.Json(Of(receiver), ApiJson.Default.SiteView);
    }

    private SiteView Of(SiteId site) => Of(site, [.. relay.Dispatcher.Lanes.Where(lane => lane.Key.Site == site)], [.. Held().Where(lane => lane.Site == site)]);

    private SiteView Of(SiteId site, IReadOnlyCollection<Lane> lanes, IReadOnlyCollection<LaneKey> held) =>
        SiteView.Of(site, lanes, held, relay.Dispatcher.Slots, relay.Dispatcher.SuspensionOf(site));

    // A lane to a receiver that several operators share is suspended with that to one of them.
    private IEnumerable<LaneKey> Held() => relay.Dispatcher.Lanes.Select(lane => lane.Key).Where(lane => relay.Dispatcher.SuspensionOf(lane) is { Source: not null })
        .Union(relay.Identity.LaneHolds.Select(hold => new LaneKey(hold.Source, hold.Site!.Value)))
        .Union(relay.Dispatcher.Suspensions.Where(suspension => suspension.Source is not null).Select(suspension => new LaneKey(suspension.Source!.Value, suspension.Site)));
}
