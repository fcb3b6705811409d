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
    }

    private IResult List(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem))
            return Answers.Of(problem);
        var held = relay.Identity.LaneHolds.ToDictionary(hold => new LaneKey(hold.Source, hold.Site!.Value));
        var live = relay.Dispatcher.Lanes.ToList();
        ImmutableArray<LaneView> lanes =
        [
            .. live.Select(lane => LaneView.Of(lane, held.GetValueOrDefault(lane.Key)))
                .Concat(held.Where(hold => live.TrueForAll(lane => lane.Key != hold.Key)).Select(hold => LaneView.Of(hold.Value)))
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

    private LaneView LaneOf(SourceId source, SiteId site)
    {
        var hold = relay.Identity.LaneHold(source, site);
        return relay.Dispatcher.Lanes.FirstOrDefault(lane => lane.Key == new LaneKey(source, site)) is { } lane ? LaneView.Of(lane, hold)
            : hold is not null ? LaneView.Of(hold)
            : new LaneView(source.Value, site.Value, 0, 0, null, null);
    }
}
