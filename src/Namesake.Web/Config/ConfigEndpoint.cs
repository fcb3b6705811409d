using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Web.Problems;

namespace Namesake.Web.Config;

/// <summary>/api/v1/config: the configuration file, read again.</summary>
internal sealed class ConfigEndpoint(RunningRelay relay)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/config/reload", (Delegate)ReloadAsync);

    // A client that hangs up does not stop a change half way.
    private async Task<IResult> ReloadAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem))
            return Answers.Of(problem);
        var outcome = await relay.Reload(CancellationToken.None);
        return outcome.Done is { } done ? Answers.Json(done, ApiJson.Default.ReloadView) : Answers.Of(Problem.NotPossible(outcome.Refusal!));
    }
}
