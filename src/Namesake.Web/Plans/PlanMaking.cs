using System.Collections.Immutable;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Firewall.Planning;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;
using Namesake.Core.Sources;
using Namesake.Web.Problems;

namespace Namesake.Web.Plans;

/// <summary>POST /api/v1/plans/dns and /nat: makes a plan and keeps it. Nothing else is changed.</summary>
internal sealed class PlanMaking(RunningRelay relay)
{
    /// <summary>Ten thousand ids of sources, as long as they may be.</summary>
    private const long MostBytes = 1024 * 1024;

    private PlanDesk Desk => relay.Plans;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/plans/dns", (Delegate)((HttpContext http) => MakeAsync(http, PlanKind.Dns)));
        routes.MapPost("/plans/nat", (Delegate)((HttpContext http) => MakeAsync(http, PlanKind.Nat)));
    }

    // A client that goes away ends the looking: nothing is kept of it, and there is nothing to take back.
    private async Task<IResult> MakeAsync(HttpContext http, PlanKind kind)
    {
        if (!Requests.Knows(http.Request, out var problem))
            return Answers.Of(problem);
        (var body, problem) = await Requests.BodyAsync(http.Request, RequestJson.Default.MakePlanRequest, MostBytes);
        if (body is null)
            return Answers.Of(problem!);
        var (wish, faults) = Read(body, kind);
        if (!faults.IsEmpty)
            return Answers.Of(Problem.BadBody(string.Join("; ", faults)));
        var made = kind == PlanKind.Dns ? new PlanMade(await Desk.MakeDns(wish, http.RequestAborted), null)
            : Desk.MakeNat is { } make ? await make(wish, http.RequestAborted)
            : new PlanMade(null, "this relay plans no translation: it knows no firewall to plan for. Name one in the configuration (firewalls:) and start the relay anew");
        if (made.Plan is null)
            return Answers.Of(Problem.NotConfigured(made.Missing!));
        return await KeptAsync(http, Desk.Store, body.LeaveForeign ? made.Plan.WithoutForeign() : made.Plan);
    }

    /// <summary>Keeps a plan that was made, and tells it.</summary>
    public static async Task<IResult> KeptAsync(HttpContext http, IPlanStore store, Plan plan)
    {
        await store.KeepAsync(plan, CancellationToken.None);
        http.Response.Headers.Location = PlanOrders.PathOf(plan.Id);
        return Results.Json(PlanDetailsView.Of(new PlanHistory(plan, [], 0), null), ApiJson.Default.PlanDetailsView, statusCode: StatusCodes.Status201Created);
    }

    private (PlanWish Wish, ImmutableArray<string> Faults) Read(MakePlanRequest body, PlanKind kind)
    {
        var faults = ImmutableArray.CreateBuilder<string>();
        var sources = Sources("sources", body.Sources, faults);
        var giveUp = Sources("giveUp", body.GiveUp, faults);
        faults.AddRange(sources.Intersect(giveUp).Select(both => $"{both} is in sources and in giveUp: it is wanted or given up"));
        var limits = PlanLimitsReading.Read(body.Limits, Desk.Limits(), faults);
        if (body.Firewall is not null && (kind == PlanKind.Dns || !Requests.IsId(body.Firewall)))
            faults.Add(kind == PlanKind.Dns ? "firewall: a plan for DNS has none" : "firewall is no id of a firewall");
        if (body.Exclusive && kind == PlanKind.Dns)
            faults.Add("exclusive: only translation shares addresses");
        if (kind == PlanKind.Nat && !giveUp.IsEmpty)
            faults.Add("giveUp: only DNS has records to give up; mappings go when their source leaves the configuration");
        return (new PlanWish(sources, giveUp, limits ?? Desk.Limits(), body.Firewall, body.Exclusive, List(body.List, kind, !sources.IsEmpty, faults)), faults.ToImmutable());
    }

    private static ImmutableArray<WantedIdentity>? List(string? given, PlanKind kind, bool hasSources, ImmutableArray<string>.Builder faults)
    {
        if (given is null)
            return null;
        if (kind == PlanKind.Dns || hasSources)
            faults.Add(kind == PlanKind.Dns ? "list: only translation can be planned for a server that isn't ours" : "list: it stands in place of sources, leave one of them out");
        var list = MappingList.Read(Encoding.UTF8.GetBytes(given));
        faults.AddRange(list.Faults.Select(fault => $"list: {fault}"));
        return list.Identities;
    }

    private ImmutableArray<SourceId> Sources(string member, ImmutableArray<string?>? given, ImmutableArray<string>.Builder faults)
    {
        var found = new HashSet<SourceId>();
        foreach (var (place, text) in (given ?? []).Index())
            if (text is null || !Requests.IsId(text))
                faults.Add($"{member}[{place}] is no id of a source");
            else if (relay.Model().Sources.Find(new SourceId(text)) is null)
                faults.Add($"{member}[{place}]: no source \"{text}\" is configured");
            else
                found.Add(new SourceId(text));
        return [.. found];
    }
}
