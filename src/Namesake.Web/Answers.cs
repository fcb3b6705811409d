using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Namesake.Web.Problems;

namespace Namesake.Web;

/// <summary>The two kinds of answer an endpoint has.</summary>
internal static class Answers
{
    public static IResult Json<T>(T value, JsonTypeInfo<T> type) => Results.Json(value, type);

    public static IResult Of(Problem problem) => new ProblemResult(problem);
}
