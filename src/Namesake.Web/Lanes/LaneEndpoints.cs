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
        var suspended = relay.Dispatcher.Suspensions.ToDictionary(suspension => suspension.Lane);
        var live = relay.Dispatcher.Lanes.ToDictionary(lane => lane.Key);
        ImmutableArray<LaneView> lanes =
        [
            .. live.Keys.Union(held.Keys).Union(suspended.Keys)
                .Select(key => LaneView.Of(key, live.GetValueOrDefault(key), held.GetValueOrDefault(key), suspended.GetValueOrDefault(key), relay.Dispatcher.Slots.Waits(key)))
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
        var (body, problem) = await Requests.BodyAsync(http.Request, RequestJson.Default.SuspendRequest);
        if (body is null)
            return Answers.Of(problem!);
        if (Words.Of(body.Reason, 3, 300) is not { } reason)
            return Answers.Of(Problem.BadBody("reason is 3 to 300 characters: it stands in the log and beside the lane as long as it is suspended"));
        if (!Requests.TryBy(body.By, out var by, out problem))
            return Answers.Of(problem);
        if (body.Until <= relay.Time.GetUtcNow())
            return Answers.Of(Problem.NotPossible("until is over already: a suspension ends in the future, or without until when it is resumed"));
        if (!TrySite(site, out var receiver))
            return Answers.Of(Problem.NotPossible("a site is written as `lanes` shows it: one word without spaces, such as google.com or route:192.0.2.1:25"));
        await relay.Dispatcher.SuspendAsync(new LaneKey(known.Id, receiver), reason, by, body.Until?.ToUniversalTime());
        return Answers.Json(LaneOf(known.Id, receiver), ApiJson.Default.LaneView);
    }

    // A source that is configured no longer may have left suspensions: they can be ended too.
    private async Task<IResult> ResumeAsync(HttpContext http, string source, string site)
    {
        if (!Requests.IsId(source))
            return Answers.Of(Problem.UnknownSource(source));
        if (!Requests.Knows(http.Request, out var problem, "by") || !Requests.TryText(http.Request, "by", out var by, out problem))
            return Answers.Of(problem);
        var key = new LaneKey(new SourceId(source), default);
        if (!TrySite(site, out var receiver) || await relay.Dispatcher.ResumeAsync(key with { Site = receiver }, Words.Of(by, 1, 100) ?? "api") is null)
            return Answers.Of(Problem.NotPossible(receiver.Value is not null && relay.Dispatcher.SuspensionOf(key with { Site = receiver }) is { } shared
                ? $"{source} is suspended towards {shared.Lane.Site}, one of the operators that share {receiver}: `{shared.Resume}`"
                : $"{source} is not suspended towards that site: GET /api/v1/lanes shows what is"));
        return Answers.Json(LaneOf(new SourceId(source), receiver), ApiJson.Default.LaneView);
    }

    /// <summary>Sites are written in lower case, whoever types them.</summary>
    private static bool TrySite(string text, out SiteId site)
    {
        site = new SiteId(text.ToLowerInvariant());
        return text.Length is >= 1 and <= 300 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '|');
    }

    private LaneView LaneOf(SourceId source, SiteId site)
    {
        var key = new LaneKey(source, site);
        return LaneView.Of(key, relay.Dispatcher.Lanes.FirstOrDefault(lane => lane.Key == key), relay.Identity.LaneHold(source, site), relay.Dispatcher.SuspensionOf(key), relay.Dispatcher.Slots.Waits(key));
    }
}
