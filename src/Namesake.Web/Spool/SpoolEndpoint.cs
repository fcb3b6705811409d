using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Namesake.Web.Spool;

/// <summary>/api/v1/spool: the durable heart.</summary>
internal sealed class SpoolEndpoint(RunningRelay relay)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/spool/check", (Delegate)CheckAsync);

    private async Task<IResult> CheckAsync(HttpContext http) => Answers.Json(await relay.CheckSpoolAsync(http.RequestAborted), ApiJson.Default.SpoolCheckView);
}
