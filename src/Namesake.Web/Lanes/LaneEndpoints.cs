using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Web.Problems;

namespace Namesake.Web.Lanes;

/// <summary>/api/v1/lanes: one source towards one receiver.</summary>
internal sealed class LaneEndpoints(RunningRelay relay)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/lanes", List);
        routes.MapPost("/lanes/{source}/{site}/proxy-echo", ProxyEcho);
        routes.MapPost("/lanes/{source}/{site}/suspend", SuspendAsync);
        routes.MapPost("/lanes/{source}/{site}/resume", ResumeAsync);
    }

    private IResult List(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem))
            return Answers.Of(problem);
        var held = relay.Identity.LaneHolds.ToDictionary(hold => new LaneKey(hold.Source, hold.Site!.Value));
        var suspended = relay.Dispatcher.Suspensions.Where(suspension => suspension.Source is not null).Select(suspension => new LaneKey(suspension.Source!.Value, suspension.Site));
        var live = relay.Dispatcher.Lanes.ToDictionary(lane => lane.Key);
        ImmutableArray<LaneView> lanes =
        [
            .. live.Keys.Union(held.Keys).Union(suspended)
                .Select(key => LaneView.Of(key, live.GetValueOrDefault(key), held.GetValueOrDefault(key), relay.Dispatcher.SuspensionOf(key), relay.Dispatcher.Slots.Waits(key)))
                .OrderBy(lane => lane.Source, StringComparer.Ordinal).ThenBy(lane => lane.Site, StringComparer.Ordinal),
        ];
        return Answers.Json(new Page<LaneView>(lanes, null), ApiJson.Default.PageLaneView);
    }

    private IResult ProxyEcho(HttpContext http, string source, string site)
    {
        if (!Requests.IsId(source) || relay.Model().Sources.Find(new SourceId(source)) is not { } known)
            return Answers.Of(Problem.UnknownSource(source));
        if (!Requests.Knows(http.Request, out var problem, "by") || !Requests.TryText(http.Request, "by", out var by, out problem))
            return Answers.Of(problem);
        return relay.Identity.MarkProxy(new SiteId(site), Words.Of(by, 1, 100) ?? "api") is { } refusal
            ? Answers.Of(Problem.NotPossible(refusal))
            : Answers.Json(LaneOf(known.Id, new SiteId(site)), ApiJson.Default.LaneView);
    }

    private async Task<IResult> SuspendAsync(HttpContext http, string source, string site)
    {
        if (!Requests.IsId(source) || relay.Model().Sources.Find(new SourceId(source)) is not { } known)
            return Answers.Of(Problem.UnknownSource(source));
        var (suspension, problem) = await Suspending.ReadAsync(http.Request, known.Id, site, relay.Time);
        if (suspension is null)
            return Answers.Of(problem!);
        await relay.Dispatcher.SuspendAsync(known.Id, suspension.Site, suspension.Reason, suspension.By, suspension.Until);
        return Answers.Json(LaneOf(known.Id, suspension.Site) with { Note = await Suspending.NoteAsync(known.Id, suspension.Site, relay) }, ApiJson.Default.LaneView);
    }

    // A source that is configured no longer may have left suspensions: they can be ended too.
    private async Task<IResult> ResumeAsync(HttpContext http, string source, string site)
    {
        if (!Requests.IsId(source))
            return Answers.Of(Problem.UnknownSource(source));
        if (!Requests.Knows(http.Request, out var problem, "by") || !Requests.TryText(http.Request, "by", out var by, out problem))
            return Answers.Of(problem);
        if (!Suspending.TrySite(site, out var receiver))
            return Answers.Of(Suspending.NoSite);
        var id = new SourceId(source);
        if (await relay.Dispatcher.ResumeAsync(id, receiver, Words.Of(by, 1, 100) ?? "api") is null)
            return Answers.Of(Problem.NotPossible(relay.Dispatcher.SuspensionOf(new LaneKey(id, receiver)) is { } other
                ? $"{source} towards {receiver} is closed by another suspension, {(other.Source is null ? "of every source" : "of the lane")} towards {other.Site}: `{other.Resume}`"
                : $"{source} is not suspended towards that site: GET /api/v1/lanes shows what is"));
        return Answers.Json(LaneOf(id, receiver), ApiJson.Default.LaneView);
    }

    private LaneView LaneOf(SourceId source, SiteId site)
    {
        var key = new LaneKey(source, site);
        return LaneView.Of(key, relay.Dispatcher.Lanes.FirstOrDefault(lane => lane.Key == key), relay.Identity.LaneHold(source, site), relay.Dispatcher.SuspensionOf(key), relay.Dispatcher.Slots.Waits(key));
    }
}
