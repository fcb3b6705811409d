using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Sources;
using Namesake.Web.Audits;
using Namesake.Web.Problems;

namespace Namesake.Web.Sources;

/// <summary>/api/v1/sources: who may send, and why not.</summary>
internal sealed class SourceEndpoints(RunningRelay relay)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sources", List);
        routes.MapGet("/sources/{id}", One);
        routes.MapGet("/sources/{id}/history", HistoryAsync);
        routes.MapPost("/sources/{id}/probe", ProbeAsync);
        routes.MapPost("/sources/{id}/drain", Drain);
        routes.MapPost("/sources/{id}/audit", AuditAsync);
        routes.MapPost("/sources/{id}/override", OverrideAsync);
        routes.MapDelete("/sources/{id}/override", Withdraw);
        routes.MapPost("/sources/{id}/attest", AttestAsync);
    }

    private IResult List(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem))
            return Answers.Of(problem);
        var model = relay.Model();
        var lanes = relay.Identity.LaneHolds;
        ImmutableArray<SourceView> sources = [.. model.Sources.All.Select(source => SourceView.Of(source, relay.Identity.Of(source.Id), relay.Identity.LeaseOf(source.Id), lanes, model, relay.Dispatcher.WarmUps, relay.Time.GetUtcNow()))];
        return Answers.Json(new Page<SourceView>(sources, null), ApiJson.Default.PageSourceView);
    }

    private IResult One(HttpContext http, string id) => Find(id) is { } source ? Shown(source) : Answers.Of(Problem.UnknownSource(id));

    private async Task<IResult> HistoryAsync(HttpContext http, string id)
    {
        if (Find(id) is not { } source)
            return Answers.Of(Problem.UnknownSource(id));
        if (!Requests.Knows(http.Request, out var problem, "after", "limit") || !Requests.TryLimit(http.Request, out var limit, out problem)
            || !Requests.TryText(http.Request, "after", out var text, out problem))
            return Answers.Of(problem);
        long after = long.MaxValue;
        if (text is not null && (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after) || after == 0))
            return Answers.Of(Problem.BadQuery("after is the next of the part before"));
        var history = await relay.Identity.HistoryAsync(source.Id, after, limit, http.RequestAborted);
        return Answers.Json(HistoryView.Of(source.Id.Value, relay.Identity.Of(source.Id), history, limit), ApiJson.Default.HistoryView);
    }

    private async Task<IResult> ProbeAsync(HttpContext http, string id)
    {
        if (Find(id) is not { } source)
            return Answers.Of(Problem.UnknownSource(id));
        await relay.Watch.ProbeNowAsync(source.Id, http.RequestAborted);
        return Shown(source);
    }

    private IResult Drain(HttpContext http, string id)
    {
        if (Find(id) is not { } source)
            return Answers.Of(Problem.UnknownSource(id));
        var sessions = relay.Dispatcher.Drain(source.Id);
        relay.Watch.LookSoon(source.Id);
        return Answers.Json(new DrainView(source.Id.Value, sessions), ApiJson.Default.DrainView);
    }

    private async Task<IResult> AuditAsync(HttpContext http, string id)
    {
        if (!Requests.Knows(http.Request, out var problem, "looks") || !Requests.TryText(http.Request, "looks", out var text, out problem))
            return Answers.Of(problem);
        var looks = 1;
        if (text is not null && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out looks) || looks is < 1 or > ZoneProbeOptions.MostLooks))
            return Answers.Of(Problem.BadQuery($"looks is a number from 1 to {ZoneProbeOptions.MostLooks}"));
        return Find(id) is { } source && await relay.Audit(source.Id, looks, http.RequestAborted) is { } report
            ? Answers.Json(AuditView.Of(report, source.Id.Value), ApiJson.Default.AuditView)
            : Answers.Of(Problem.UnknownSource(id));
    }

    private async Task<IResult> OverrideAsync(HttpContext http, string id)
    {
        if (Find(id) is not { } source)
            return Answers.Of(Problem.UnknownSource(id));
        var (body, problem) = await Requests.BodyAsync(http.Request, RequestJson.Default.OverrideRequest);
        if (body is null)
            return Answers.Of(problem!);
        if (body.Until is not { } until)
            return Answers.Of(Problem.BadBody("until is a time within the next 24 hours, such as \"2026-01-31T18:00:00Z\": an override that doesn't end is no exception but another policy"));
        if (Words.Of(body.Reason, 3, 300) is not { } reason)
            return Answers.Of(Problem.BadBody("reason is 3 to 300 characters: it stands in the log and beside the source as long as the override lasts"));
        if (!Requests.TryBy(body.By, out var by, out problem))
            return Answers.Of(problem);
        return relay.Identity.Override(source.Id, until, reason, by) is { } refusal ? Answers.Of(Problem.NotPossible(refusal)) : Shown(source);
    }

    private IResult Withdraw(HttpContext http, string id)
    {
        if (Find(id) is not { } source)
            return Answers.Of(Problem.UnknownSource(id));
        if (!Requests.Knows(http.Request, out var problem, "by") || !Requests.TryText(http.Request, "by", out var text, out problem))
            return Answers.Of(problem);
        return relay.Identity.EndOverride(source.Id, Words.Of(text, 1, 100) ?? "api") is { } refusal ? Answers.Of(Problem.NotPossible(refusal)) : Shown(source);
    }

    private async Task<IResult> AttestAsync(HttpContext http, string id)
    {
        if (Find(id) is not { } source)
            return Answers.Of(Problem.UnknownSource(id));
        var (body, problem) = await Requests.BodyAsync(http.Request, RequestJson.Default.AttestRequest);
        if (body is null)
            return Answers.Of(problem!);
        if (Words.Of(body.By, 1, 100) is not { } by)
            return Answers.Of(Problem.BadBody("by is 1 to 100 characters: whose word it is"));
        return relay.Identity.Attest(source.Id, by) is { } refusal ? Answers.Of(Problem.NotPossible(refusal)) : Shown(source);
    }

    private Source? Find(string id) => Requests.IsId(id) ? relay.Model().Sources.Find(new SourceId(id)) : null;

    private IResult Shown(Source source) =>
        Answers.Json(SourceView.Of(source, relay.Identity.Of(source.Id), relay.Identity.LeaseOf(source.Id), relay.Identity.LaneHolds, relay.Model(), relay.Dispatcher.WarmUps, relay.Time.GetUtcNow()), ApiJson.Default.SourceView);
}
