using Microsoft.AspNetCore.Http;

namespace Namesake.Web.Problems;

/// <summary>A problem document (RFC 9457). <see cref="Code"/> is stable and explained in docs/api.md; the CLI prints the same.</summary>
/// <param name="Type">"urn:namesake:problem:" and the code: a name, nothing to fetch.</param>
/// <param name="Detail">What is wrong with this request and what to do, in words.</param>
public sealed record Problem(string Type, string Title, int Status, string Detail, string Code)
{
    public const string ContentType = "application/problem+json";

    private static Problem Of(int status, string code, string title, string detail) => new($"urn:namesake:problem:{code}", title, status, detail, code);

    public static Problem Unauthorized(string detail) => Of(StatusCodes.Status401Unauthorized, "unauthorized", "The token is missing or wrong", detail);

    public static Problem ForbiddenHost(string host) => Of(StatusCodes.Status421MisdirectedRequest, "forbidden-host", "Not a name of this API",
        $"the request asks for the host \"{Shorten(host)}\"; this API answers to loopback names and its configured address only");

    public static Problem NotFound(string path) => Of(StatusCodes.Status404NotFound, "not-found", "No such page", $"there is nothing at {Shorten(path)}");

    public static Problem MethodNotAllowed(string method) => Of(StatusCodes.Status405MethodNotAllowed, "method-not-allowed", "Wrong method",
        $"{Shorten(method)} is not possible here; the Allow header says what is");

    public static Problem BadQuery(string detail) => Of(StatusCodes.Status400BadRequest, "bad-query", "A parameter is wrong", detail);

    public static Problem BadBody(string detail) => Of(StatusCodes.Status400BadRequest, "bad-body", "The body is wrong", detail);

    public static Problem BadRequest(string detail) => Of(StatusCodes.Status400BadRequest, "bad-request", "The request is wrong", detail);

    public static Problem TooLarge(string detail) => Of(StatusCodes.Status413PayloadTooLarge, "too-large", "The request is too large", detail);

    public static Problem UnknownSource(string id) => Of(StatusCodes.Status404NotFound, "unknown-source", "No such source",
        $"no source \"{Shorten(id)}\" is configured; GET /api/v1/sources lists them");

    public static Problem UnknownSubmitter(string name) => Of(StatusCodes.Status404NotFound, "unknown-submitter", "No such submitter",
        $"\"{Shorten(name)}\" is no user of the configuration, and nobody of that name handed in mail lately or is frozen; GET /api/v1/submitters lists who does");

    public static Problem UnknownMessage(string id) => Of(StatusCodes.Status404NotFound, "unknown-message", "No such message",
        $"neither the spool nor its events know the message \"{Shorten(id)}\": it was never here, or its events are older than is kept");

    public static Problem UnknownJob(string id) => Of(StatusCodes.Status404NotFound, "unknown-job", "No such job",
        $"there is no job \"{Shorten(id)}\": GET /api/v1/queue/jobs lists the newest since the relay started");

    public static Problem UnknownPlan(string id) => Of(StatusCodes.Status404NotFound, "unknown-plan", "No such plan",
        $"there is no plan \"{Shorten(id)}\" here; GET /api/v1/plans lists them");

    public static Problem BadId(string id) => Of(StatusCodes.Status400BadRequest, "bad-id", "Not a message id",
        $"\"{Shorten(id)}\" is no message id: ids are lower-case hexadecimal, as in Received headers and in the log");

    public static Problem NotPossible(string detail) => Of(StatusCodes.Status409Conflict, "not-possible", "Not possible", detail);

    public static Problem NotConfigured(string detail) => Of(StatusCodes.Status409Conflict, "not-configured", "Nothing here is configured for it", detail);

    public static Problem NeedsConsent(string detail) => Of(StatusCodes.Status409Conflict, "needs-consent", "It changes what is somebody else's", detail);

    public static Problem NeedsPrivilege(string detail) => Of(StatusCodes.Status409Conflict, "needs-privilege", "The relay may not do that", detail);

    public static Problem PlanInHand(string detail) => Of(StatusCodes.Status409Conflict, "plan-in-hand", "Another plan is in hand", detail);

    public static Problem PlansUnavailable(string detail) => Of(StatusCodes.Status503ServiceUnavailable, "plans-unavailable", "The plans' files are in trouble", detail);

    public static Problem SpoolUnavailable(string detail) => Of(StatusCodes.Status503ServiceUnavailable, "spool-unavailable", "The spool is in trouble", detail);

    public static Problem Internal() => Of(StatusCodes.Status500InternalServerError, "internal", "A fault of the relay", "the log of the relay has the details");

    /// <summary>What a client sent is shown back in part only.</summary>
    private static string Shorten(string text) => text.Length <= 80 ? text : text[..79] + "…";
}
