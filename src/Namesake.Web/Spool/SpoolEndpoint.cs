using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Web.Problems;
using Namesake.Web.Status;

namespace Namesake.Web.Spool;

/// <summary>/api/v1/spool: how much is there. Whether all of it is whole is for `namesake spool check` to say, which wants the spool for itself.</summary>
internal sealed class SpoolEndpoint(RunningRelay relay)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/spool", (Delegate)TotalsAsync);
        routes.MapGet("/spool/check", Check);
    }

    private async Task<IResult> TotalsAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem))
            return Answers.Of(problem);
        return Answers.Json(SpoolTotalsView.Of(await relay.Spool.TotalsAsync(http.RequestAborted)), ApiJson.Default.SpoolTotalsView);
    }

    private IResult Check(HttpContext http) => Answers.Of(Problem.NotPossible(
        "the spool of a running relay changes while it is looked through: stop the relay and run `namesake spool check` with its configuration; /api/v1/spool tells what is in it"));
}
