using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;
using Namesake.Web.Problems;

namespace Namesake.Web.Plans;

/// <summary>/api/v1/plans: what was planned and applied here, and how it stands.</summary>
internal sealed class PlanEndpoints(RunningRelay relay)
{
    private PlanDesk Desk => relay.Plans;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/plans/notice", (Delegate)NoticeAsync);
        routes.MapGet("/plans", (Delegate)ListAsync);
        routes.MapGet("/plans/{id}", OneAsync);
        routes.MapPost("/plans/{id}/verify", VerifyAsync);
        new PlanMaking(relay).Map(routes);
        new PlanOrders(relay).Map(routes);
        new DriftEndpoints(relay).Map(routes);
        new PlanTexts(relay).Map(routes);
    }

    /// <summary>By the id in the path; what is no id names no plan.</summary>
    public static async Task<(PlanHistory? History, Problem? Problem)> FindAsync(IPlanStore store, string id, CancellationToken cancellation) =>
        PlanId.TryParse(id, out var parsed) && await store.FindAsync(parsed, cancellation) is { } history ? (history, null) : (null, Problem.UnknownPlan(id));

    private async Task<IResult> NoticeAsync(HttpContext http) => !Requests.Knows(http.Request, out var problem)
        ? Answers.Of(problem)
        : Answers.Json(new PlanNoticeView(await relay.NoticePlans(http.RequestAborted)), ApiJson.Default.PlanNoticeView);

    private async Task<IResult> ListAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem, "after", "limit") || !Requests.TryLimit(http.Request, out var limit, out problem) || !Requests.TryText(http.Request, "after", out var after, out problem))
            return Answers.Of(problem);
        var all = await Desk.Store.ListAsync(http.RequestAborted);
        var first = after is null ? 0 : 1 + all.Index().Where(plan => plan.Item.Plan.Id.Value == after).Select(plan => plan.Index).FirstOrDefault(-1);
        return after is not null && first == 0
            ? Answers.Of(Problem.BadQuery("after is the next of the part before"))
            : Answers.Json(Requests.Page([.. all.Skip(first).Take(limit).Select(PlanView.Of)], limit, plan => plan.Id), ApiJson.Default.PagePlanView);
    }

    private async Task<IResult> OneAsync(HttpContext http, string id)
    {
        if (!Requests.Knows(http.Request, out var problem))
            return Answers.Of(problem);
        (var history, problem) = await FindAsync(Desk.Store, id, http.RequestAborted);
        return history is null ? Answers.Of(problem!) : Answers.Json(PlanDetailsView.Of(history, Desk.Work.Of(history.Plan.Id)), ApiJson.Default.PlanDetailsView);
    }

    private async Task<IResult> VerifyAsync(HttpContext http, string id)
    {
        if (!Requests.Knows(http.Request, out var problem))
            return Answers.Of(problem);
        (var history, problem) = await FindAsync(Desk.Store, id, http.RequestAborted);
        if (history is null)
            return Answers.Of(problem!);
        var found = await Desk.VerifyAsync(history.Plan, http.RequestAborted);
        return Answers.Json(new PlanVerifyView(history.Plan.Id.Value, found.Apart, [.. found.Seen.Select(PlanSeenView.Of)]), ApiJson.Default.PlanVerifyView);
    }
}
