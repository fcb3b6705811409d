using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;
using Namesake.Web.Problems;

namespace Namesake.Web.Plans;

/// <summary>POST /api/v1/plans/{id}/apply and /undo: begins what goes on in the relay, whether or not the client still listens.</summary>
/// <remarks>What is known before anything is looked at is told in the answer. What is found out while it is carried out, such as a plan that is stale, stands in the plan's work and journal.</remarks>
internal sealed class PlanOrders(RunningRelay relay)
{
    private PlanDesk Desk => relay.Plans;

    public static string PathOf(PlanId id) => $"/api/v1/plans/{id}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/plans/{id}/apply", ApplyAsync);
        routes.MapPost("/plans/{id}/undo", UndoAsync);
    }

    private async Task<IResult> ApplyAsync(HttpContext http, string id)
    {
        var (history, problem) = await FindAsync(http, id);
        if (history is null)
            return Answers.Of(problem!);
        (var body, problem) = await Requests.BodyAsync(http.Request, RequestJson.Default.ApplyPlanRequest);
        if (body is null)
            return Answers.Of(problem!);
        var faults = ImmutableArray.CreateBuilder<string>();
        var by = By(body.By, faults);
        var limits = PlanLimitsReading.Read(body.Limits, Desk.Limits(), faults);
        if (faults.Count > 0)
            return Answers.Of(Problem.BadBody(string.Join("; ", faults)));
        var wish = new ApplyWish(body.ReplaceForeign, body.Unseen);
        if (await AgainstApplyAsync(history, wish, limits, http.RequestAborted) is not { } against)
            return await BeginAsync(http, new PlanOrder.Apply(history.Plan, wish, limits, by));
        return await RefusedAsync(new PlanOrder.Apply(history.Plan, wish, limits, by), against);
    }

    private async Task<IResult> UndoAsync(HttpContext http, string id)
    {
        var (history, problem) = await FindAsync(http, id);
        if (history is null)
            return Answers.Of(problem!);
        (var body, problem) = await Requests.BodyAsync(http.Request, RequestJson.Default.UndoPlanRequest);
        if (body is null)
            return Answers.Of(problem!);
        var faults = ImmutableArray.CreateBuilder<string>();
        var by = By(body.By, faults);
        if (faults.Count > 0)
            return Answers.Of(Problem.BadBody(string.Join("; ", faults)));
        if (history.State is PlanState.Planned)
            return Answers.Of(Problem.NotPossible($"{history.Plan.Id} was never applied: there is nothing to undo"));
        if (history.State is PlanState.Undone or PlanState.UndoneInPart && !history.IsUnrecorded)
            return Answers.Of(Problem.NotPossible($"{history.Plan.Id} is undone already, since {history.Since:yyyy-MM-dd HH:mm} UTC"));
        return Desk.Obstacle(history.Plan, "undo") is { } obstacle ? Answers.Of(Problem.NeedsPrivilege(obstacle)) : await BeginAsync(http, new PlanOrder.Undo(history.Plan, by) { Leave = body.Leave });
    }

    private async Task<(PlanHistory? History, Problem? Problem)> FindAsync(HttpContext http, string id) =>
        Requests.Knows(http.Request, out var problem) ? await PlanEndpoints.FindAsync(Desk.Store, id, http.RequestAborted) : (null, problem);

    private async Task<Problem?> AgainstApplyAsync(PlanHistory history, ApplyWish wish, PlanLimits? limits, CancellationToken cancellation)
    {
        var plan = history.Plan;
        if (history.State == PlanState.Applied)
            return Problem.NotPossible($"{plan.Id} is applied already, since {history.Since:yyyy-MM-dd HH:mm} UTC");
        if (Desk.Obstacle(plan, "apply") is { } obstacle)
            return Problem.NeedsPrivilege(obstacle);
        var beyond = PlanSize.Beyond(plan, limits ?? Desk.Limits());
        if (!beyond.IsEmpty)
            return Problem.NotPossible($"it is over the limits: {string.Join("; ", beyond)}. Raise them for this once (\"limits\") or in the configuration (plans:), or plan less at once");
        var objections = Desk.ObjectionsTo(plan, wish with { ReplaceForeign = true }, limits);
        if (!objections.IsEmpty)
            return Problem.NotPossible(string.Join(" ", objections));
        var foreign = wish.ReplaceForeign ? [] : await Desk.ForeignAsync(plan, cancellation);
        return foreign.IsEmpty ? null : Problem.NeedsConsent(
            $"it changes what isn't ours: {string.Join("; ", foreign.Take(5).Select(PlanText.Line))}{(foreign.Length > 5 ? $" and {foreign.Length - 5} more" : "")}. Say \"replaceForeign\": true if that is meant, or plan with \"leaveForeign\": true");
    }

    private async Task<IResult> BeginAsync(HttpContext http, PlanOrder order)
    {
        if (await InOtherHandsAsync(order, http.RequestAborted) is { } other)
            return await RefusedAsync(order, Problem.PlanInHand($"{other.Plan.Id} is being applied by {other.Begun?.Who}, until {other.Deadline?.At:HH:mm:ss} UTC at the latest; one plan is in hand at a time"));
        var (begun, inTheWay) = Desk.Work.Begin(order);
        if (begun is null)
            return await RefusedAsync(order, inTheWay is null
                ? Problem.NotPossible("the relay is stopping")
                : Problem.PlanInHand($"{inTheWay.Order.Id} is in hand ({PlanWorkView.VerbOf(inTheWay.Order)}, by {inTheWay.Order.By}, since {inTheWay.Started:HH:mm:ss} UTC), and one plan is in hand at a time: GET {PathOf(inTheWay.Order.Id)} says how far it is"));
        http.Response.Headers.Location = PathOf(order.Id);
        return Results.Json(PlanWorkView.Of(begun), ApiJson.Default.PlanWorkView, statusCode: StatusCodes.Status202Accepted);
    }

    /// <summary>Every apply that is asked for leaves a record.</summary>
    private async Task<IResult> RefusedAsync(PlanOrder order, Problem against)
    {
        if (order is PlanOrder.Apply apply)
            await Desk.RefuseAsync(apply, against.Detail, CancellationToken.None);
        return Answers.Of(against);
    }

    /// <summary>A plan that a living process other than ours is at. What was broken off is in nobody's hands: whoever comes next brings it to its end. An undo outweighs the apply of its own plan.</summary>
    private async Task<PlanHistory?> InOtherHandsAsync(PlanOrder order, CancellationToken cancellation)
    {
        foreach (var history in await Desk.Store.ListAsync(cancellation))
            if (history.State == PlanState.Applying && !(order is PlanOrder.Undo && history.Plan.Id == order.Id) && Desk.Work.Of(history.Plan.Id) is not { Ended: null })
            {
                using var attending = Desk.Store.TryAttend(history.Plan.Id);
                if (attending is null)
                    return history;
            }
        return null;
    }

    /// <summary>Who is named by a client never passes for one of our own: "relay" and "dead-man timer" are names in the journal too.</summary>
    public static string NameOf(string? by) => string.IsNullOrEmpty(by) ? "the API" : $"{by} over the API";

    public static string By(string? said, ImmutableArray<string>.Builder faults)
    {
        var by = said is null ? "" : Words.Of(said, 1, 100);
        if (by is null)
            faults.Add("by is 1 to 100 characters: who decides it");
        return NameOf(by);
    }
}
