using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;
using Namesake.Web.Problems;

namespace Namesake.Web.Plans;

/// <summary>/api/v1/plans/owned, /drift, /restore and /adopt: what plans have made, what somebody has made of it since, and both ways to end that.</summary>
internal sealed class DriftEndpoints(RunningRelay relay)
{
    private PlanDesk Desk => relay.Plans;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/plans/owned", (Delegate)OwnedAsync);
        routes.MapGet("/plans/drift", (Delegate)DriftAsync);
        routes.MapPost("/plans/restore", (Delegate)RestoreAsync);
        routes.MapPost("/plans/adopt", (Delegate)AdoptAsync);
    }

    private async Task<IResult> OwnedAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem))
            return Answers.Of(problem);
        using var document = JsonDocument.Parse(PlanJournalJson.Write(await Desk.Store.RegistryAsync(http.RequestAborted)));
        return Answers.Json(document.RootElement.Clone(), ApiJson.Default.JsonElement);
    }

    private async Task<IResult> DriftAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem))
            return Answers.Of(problem);
        var drift = await Desk.DriftAsync(http.RequestAborted);
        return Answers.Json(new DriftView([.. drift.Drifts.Select(DriftedView.Of)], drift.Troubles), ApiJson.Default.DriftView);
    }

    private async Task<IResult> RestoreAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem))
            return Answers.Of(problem);
        (var body, problem) = await Requests.BodyAsync(http.Request, RequestJson.Default.RestoreRequest);
        if (body is null)
            return Answers.Of(problem!);
        var faults = ImmutableArray.CreateBuilder<string>();
        var limits = PlanLimitsReading.Read(body.Limits, Desk.Limits(), faults) ?? Desk.Limits();
        if (faults.Count > 0)
            return Answers.Of(Problem.BadBody(string.Join("; ", faults)));
        var drift = await Desk.DriftAsync(http.RequestAborted);
        foreach (var (place, name) in (body.Names ?? []).Index())
            if (name is null || !drift.Drifts.Any(one => IsNamed(one, name)))
                faults.Add($"names[{place}]: nothing of that name was changed by others: GET /api/v1/plans/drift shows what was");
        if (faults.Count > 0)
            return Answers.Of(Problem.BadBody(string.Join("; ", faults)));
        var plan = Desk.Restore(body.Names is null or { IsEmpty: true } ? drift : drift with { Drifts = [.. drift.Drifts.Where(one => body.Names.Value.Any(name => IsNamed(one, name!)))] }, limits);
        return await PlanMaking.KeptAsync(http, Desk.Store, body.LeaveForeign ? plan.WithoutForeign() : plan);
    }

    private async Task<IResult> AdoptAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem))
            return Answers.Of(problem);
        (var body, problem) = await Requests.BodyAsync(http.Request, RequestJson.Default.AdoptRequest);
        if (body is null)
            return Answers.Of(problem!);
        var faults = ImmutableArray.CreateBuilder<string>();
        var by = PlanOrders.By(body.By, faults);
        if (body.Changes is null or { IsEmpty: true })
            faults.Add("changes: say which, as GET /api/v1/plans/drift shows them");
        foreach (var (place, change) in (body.Changes ?? []).Index())
            if (change is not { What: not null, Name: not null, Now: not null })
                faults.Add($"changes[{place}] must have what, name and now");
        if (faults.Count > 0)
            return Answers.Of(Problem.BadBody(string.Join("; ", faults)));
        var drift = await Desk.DriftAsync(http.RequestAborted);
        var (agreed, left) = (ImmutableArray.CreateBuilder<OwnedDrift>(), ImmutableArray.CreateBuilder<LeftView>());
        foreach (var change in body.Changes!.Value)
            if (drift.Drifts.FirstOrDefault(one => one.What == change!.What && IsNamed(one, change.Name!)) is not { } found)
                left.Add(new LeftView(change!.What!, change.Name!, "nothing of it was changed by others, or it can't be looked at now"));
            else if (found.Now != change!.Now)
                left.Add(new LeftView(found.What, found.Name, $"it is {found.Now} by now"));
            else if (!agreed.Contains(found))
                agreed.Add(found);
        var adoption = await Desk.AdoptAsync(agreed.ToImmutable(), by, http.RequestAborted);
        return adoption.InTheWay is { } inTheWay ? Answers.Of(Problem.PlanInHand(inTheWay))
            : Answers.Json(new AdoptionView([.. adoption.Taken.Select(DriftedView.Of)], [.. left, .. adoption.Left.Select(one => new LeftView(one.Drift.What, one.Drift.Name, one.Why))]), ApiJson.Default.AdoptionView);
    }

    private static bool IsNamed(OwnedDrift drift, string name) => string.Equals(drift.Name, name.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);
}
