using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Submission;
using Namesake.Web.Problems;

namespace Namesake.Web.Submitters;

/// <summary>/api/v1/submitters: who hands mail in, and who may not.</summary>
internal sealed class SubmitterEndpoints(RunningRelay relay)
{
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromDays(35);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/submitters", (Delegate)ListAsync);
        routes.MapGet("/submitters/{name}", (Delegate)OneAsync);
        routes.MapPost("/submitters/{name}/freeze", (Delegate)FreezeAsync);
        routes.MapPost("/submitters/{name}/thaw", (Delegate)ThawAsync);
    }

    /// <summary>Those that are frozen or noticed first, then those that handed in most today.</summary>
    private async Task<IResult> ListAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem, "brand", "frozen", "limit") || !Requests.TryText(http.Request, "brand", out var brand, out problem)
            || !Requests.TryText(http.Request, "frozen", out var frozen, out problem) || !Requests.TryLimit(http.Request, out var limit, out problem))
            return Answers.Of(problem);
        if (frozen is not (null or "true" or "false"))
            return Answers.Of(Problem.BadQuery("frozen is true or false"));
        if (brand is not null && !Requests.IsId(brand))
            return Answers.Of(Problem.BadQuery("brand is no id of a brand"));
        var held = await HeldMail.ReadAsync(relay, http.RequestAborted);
        var freezes = relay.Submitters.Freezes.ToDictionary(freeze => freeze.Submitter, StringComparer.Ordinal);
        var known = relay.Submitters.All.ToDictionary(submitter => submitter.Name, StringComparer.Ordinal);
        ImmutableArray<SubmitterView> items =
        [
            .. known.Keys.Union(freezes.Keys, StringComparer.Ordinal)
                .Where(name => frozen is null || freezes.ContainsKey(name) == (frozen == "true"))
                .Select(name => ViewOf(name, known.TryGetValue(name, out var submitter) ? submitter.Brand : null, known.TryGetValue(name, out submitter) ? submitter.Numbers : default, freezes.GetValueOrDefault(name), held))
                .Where(view => brand is null || view.Brand == brand)
                .OrderByDescending(view => view.Freeze is not null).ThenByDescending(view => view.Recipients).ThenBy(view => view.Name, StringComparer.Ordinal)
                .Take(limit),
        ];
        return Answers.Json(new Page<SubmitterView>(items, null), ApiJson.Default.PageSubmitterView);
    }

    private async Task<IResult> OneAsync(HttpContext http, string name) =>
        TryName(name, out var submitter, out var problem) ? await ShownAsync(submitter, http.RequestAborted) : Answers.Of(problem);

    private async Task<IResult> FreezeAsync(HttpContext http, string name)
    {
        if (!TryName(name, out var submitter, out var problem))
            return Answers.Of(problem);
        (var body, problem) = await Requests.BodyAsync(http.Request, RequestJson.Default.FreezeRequest);
        if (body is null)
            return Answers.Of(problem!);
        if (Words.Of(body.Reason, 3, 300) is not { } reason)
            return Answers.Of(Problem.BadBody("reason is 3 to 300 characters: it stands in the log and beside the submitter as long as it is frozen"));
        if (!Requests.TryBy(body.By, out var by, out problem))
            return Answers.Of(problem);
        await relay.Submitters.FreezeAsync(submitter, reason, by);
        return await ShownAsync(submitter, http.RequestAborted);
    }

    private async Task<IResult> ThawAsync(HttpContext http, string name)
    {
        if (!TryName(name, out var submitter, out var problem))
            return Answers.Of(problem);
        (var body, problem) = await Requests.BodyAsync(http.Request, RequestJson.Default.ThawRequest);
        if (body is null)
            return Answers.Of(problem!);
        if (!Requests.TryBy(body.By, out var by, out problem))
            return Answers.Of(problem);
        var now = relay.Time.GetUtcNow();
        if (body.QuietUntil <= now || body.QuietUntil > now + LongestQuiet)
            return Answers.Of(Problem.NotPossible($"quietUntil is in the future, and {LongestQuiet.TotalDays} days from now at most: after that what it hands in is its history"));
        return await relay.Submitters.ThawAsync(submitter, body.QuietUntil?.ToUniversalTime(), by) is null
            ? Answers.Of(Problem.NotPossible($"{submitter} is not frozen: GET /api/v1/submitters?frozen=true shows who is"))
            : await ShownAsync(submitter, http.RequestAborted);
    }

    private async Task<IResult> ShownAsync(string name, CancellationToken cancellation)
    {
        var held = await HeldMail.ReadAsync(relay, cancellation);
        var freeze = relay.Submitters.Freezes.FirstOrDefault(freeze => freeze.Submitter == name);
        return Answers.Json(ViewOf(name, relay.Submitters.BrandOf(name), relay.Submitters.NumbersOf(name) ?? default, freeze, held), ApiJson.Default.SubmitterView);
    }

    private SubmitterView ViewOf(string name, BrandId? brand, SubmitterNumbers numbers, Freeze? freeze, Dictionary<HoldId, long> held) =>
        SubmitterView.Of(name, brand ?? freeze?.Brand, numbers, freeze is null ? null : FreezeView.Of(freeze, held.Of(relay, name)));

    /// <summary>A name nobody has is a typing error: it would freeze nobody.</summary>
    private bool TryName(string text, out string name, [NotNullWhen(false)] out Problem? problem)
    {
        name = text.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase); // The one character a path keeps escaped.
        problem = relay.Submitters.Knows(name) ? null : Problem.UnknownSubmitter(name);
        return problem is null;
    }
}
