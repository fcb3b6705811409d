using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Plans.Journal;
using Namesake.Web.Pages;
using Namesake.Web.Problems;

namespace Namesake.Web.Access;

/// <summary>Stands before every endpoint: 1. safe headers, 2. the right Host, 3. the token, then the endpoint; and what comes out without a body, or not at all, becomes a problem document.</summary>
internal sealed class Doorkeeper(TokenCheck token, HostCheck host, string tokenFile, ILogger log)
{
    /// <summary>Open without the token to who is on this machine: the status page for a browser, the metrics for a scraper.</summary>
    private static readonly string[] OpenToNeighbours = ["/", RelayApi.MetricsPath];

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        SetHeaders(http.Response.Headers); // 1.
        if (Objection(http) is { } objection)
        {
            await new ProblemResult(objection).ExecuteAsync(http);
            return;
        }

        if (await TroubleAsync(http, next) is { } trouble && !http.Response.HasStarted)
        {
            var allow = http.Response.Headers.Allow;
            http.Response.Clear();
            SetHeaders(http.Response.Headers);
            http.Response.Headers.Allow = allow;
            await new ProblemResult(trouble).ExecuteAsync(http);
        }
    }

    private Problem? Objection(HttpContext http)
    {
        if (!host.Passes(http.Request)) // 2.
        {
            ApiLog.ForbiddenHost(log, http.Connection.RemoteIpAddress, Printable(http.Request.Host.Value));
            return Problem.ForbiddenHost(http.Request.Host.Value ?? "");
        }

        var path = http.Request.Path.Value ?? "";
        if (token.Passes(http.Request) || (OpenToNeighbours.Contains(path) && Nearness.IsLocal(http))) // 3.
            return null;
        ApiLog.Unauthorized(log, Printable(path), http.Connection.RemoteIpAddress);
        http.Response.Headers.WWWAuthenticate = "Bearer realm=\"namesake\"";
        return Problem.Unauthorized(Nearness.IsLocal(http)
            ? $"send \"Authorization: Bearer TOKEN\"; the token is in {tokenFile}, which only the relay's user can read"
            : "send \"Authorization: Bearer TOKEN\" with the relay's token");
    }

    private async Task<Problem?> TroubleAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
            return http.Response.HasStarted || http.Response.ContentLength is not null ? null : http.Response.StatusCode switch
            {
                StatusCodes.Status404NotFound => Problem.NotFound(http.Request.Path),
                StatusCodes.Status405MethodNotAllowed => Problem.MethodNotAllowed(http.Request.Method),
                _ => null,
            };
        }
        catch (BadHttpRequestException bad)
        {
            return bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? Problem.TooLarge($"the body is larger than {http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize} bytes")
                : Problem.BadRequest(bad.Message);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return null; // Nobody listens any more.
        }
        catch (SpoolUnavailableException trouble)
        {
            return Problem.SpoolUnavailable(trouble.Message);
        }
        catch (PlanStoreException trouble)
        {
            return Problem.PlansUnavailable(trouble.Message);
        }
        catch (Exception failure)
        {
            ApiLog.Failed(log, Printable(http.Request.Path), failure);
            return Problem.Internal();
        }
    }

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = StatusPage.ContentSecurityPolicy;
    }

    private static string Printable(string? text) => new([.. (text ?? "").Take(200).Select(c => char.IsControl(c) ? '?' : c)]);
}
