using Microsoft.AspNetCore.Http;

namespace Namesake.Web.Problems;

/// <summary>Writes a problem document as the answer.</summary>
internal sealed class ProblemResult(Problem problem) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = problem.Status;
        return httpContext.Response.WriteAsJsonAsync(problem, ApiJson.Default.Problem, Problem.ContentType, httpContext.RequestAborted);
    }
}
