using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Identity.Reports;
using Namesake.Web.Problems;

namespace Namesake.Web.Reports;

/// <summary>/api/v1/reports: takes what receivers reported of the brands' mail.</summary>
internal sealed class ReportEndpoints(RunningRelay relay)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/reports", (Delegate)KeepAsync);

    private async Task<IResult> KeepAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem))
            return Answers.Of(problem);
        (var body, problem) = await Requests.BodyAsync(http.Request, RequestJson.Default.ReportsRequest);
        if (body is null)
            return Answers.Of(problem!);
        if (body.Senders.IsDefault || body.Senders.Length > ReportsRequest.Most)
            return Answers.Of(Problem.BadBody($"senders is a list of at most {ReportsRequest.Most}"));
        var rows = ImmutableArray.CreateBuilder<ReportedRow>(body.Senders.Length);
        foreach (var (place, sender) in body.Senders.Index())
        {
            var (row, fault) = sender is null ? (null, "it is null") : sender.Read();
            if (row is null)
                return Answers.Of(Problem.BadBody($"senders[{place}]: {fault}"));
            rows.Add(row);
        }
        return Answers.Json(ReportsView.Of(await relay.Reports.KeepAsync(rows.DrainToImmutable(), http.RequestAborted)), ApiJson.Default.ReportsView);
    }
}
