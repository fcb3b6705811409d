using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Namesake.Web.Status;

/// <summary>/api/v1/status: is it well, and if not, whom does it hurt.</summary>
internal sealed class StatusEndpoint(StatusReading status)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/status", (Delegate)ShowAsync);

    private async Task<IResult> ShowAsync(HttpContext http) =>
        Requests.Knows(http.Request, out var problem) ? Answers.Json(await status.ReadAsync(http.RequestAborted), ApiJson.Default.StatusView) : Answers.Of(problem);
}
