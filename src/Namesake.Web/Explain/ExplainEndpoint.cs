using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Protocol.Addresses;
using Namesake.Web.Problems;

namespace Namesake.Web.Explain;

/// <summary>/api/v1/explain: what would happen, before anything is sent.</summary>
internal sealed class ExplainEndpoint(RunningRelay relay)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/explain", (Delegate)ExplainAsync);

    private async Task<IResult> ExplainAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem, "from", "to")
            || !Requests.TryText(http.Request, "from", out var from, out problem) || !Requests.TryText(http.Request, "to", out var to, out problem))
            return Answers.Of(problem);
        if (!Mailbox.TryParse(from ?? "", allowUtf8: true, out var sender, out var error))
            return Answers.Of(Problem.BadQuery($"from: {error}"));
        if (!Mailbox.TryParse(to ?? "", allowUtf8: true, out var recipient, out error))
            return Answers.Of(Problem.BadQuery($"to: {error}"));
        return Answers.Json(ExplanationView.Of(await relay.Dispatcher.ExplainAsync(sender, recipient, http.RequestAborted)), ApiJson.Default.ExplanationView);
    }
}
