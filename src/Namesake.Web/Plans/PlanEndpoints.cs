using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Namesake.Web.Plans;

/// <summary>/api/v1/plans: what is being done to DNS and translation.</summary>
internal sealed class PlanEndpoints(RunningRelay relay)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/plans/notice", (Delegate)NoticeAsync);

    private async Task<IResult> NoticeAsync(HttpContext http) => !Requests.Knows(http.Request, out var problem)
        ? Answers.Of(problem)
        : Answers.Json(new PlanNoticeView(await relay.NoticePlans(http.RequestAborted)), ApiJson.Default.PlanNoticeView);
}
