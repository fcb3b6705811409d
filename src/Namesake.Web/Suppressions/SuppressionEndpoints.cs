using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Brands;
using Namesake.Core.Suppression;
using Namesake.Protocol.Addresses;
using Namesake.Web.Problems;

namespace Namesake.Web.Suppressions;

/// <summary>/api/v1/suppressions: to whom the brands send nothing.</summary>
internal sealed class SuppressionEndpoints(RunningRelay relay)
{
    /// <summary>Longest life a person can give: longer is without end.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3_653);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/suppressions", (Delegate)ListAsync);
        routes.MapPost("/suppressions", (Delegate)AddAsync);
        routes.MapPost("/suppressions/remove", (Delegate)RemoveAsync);
        routes.MapPost("/suppressions/import", (Delegate)ImportAsync);
    }

    /// <summary>By brand and address, in pages; with an address, that recipient in every brand's list.</summary>
    private async Task<IResult> ListAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem, "brand", "address", "counted", "after", "limit") || !Requests.TryText(http.Request, "brand", out var text, out problem)
            || !Requests.TryText(http.Request, "address", out var address, out problem) || !Requests.TryText(http.Request, "counted", out var counted, out problem)
            || !Requests.TryText(http.Request, "after", out var after, out problem) || !Requests.TryLimit(http.Request, out var limit, out problem))
            return Answers.Of(problem);
        if (counted is not (null or "true" or "false"))
            return Answers.Of(Problem.BadQuery("counted is true or false"));
        if (text is not null && !Requests.IsId(text))
            return Answers.Of(Problem.BadQuery("brand is no id of a brand"));
        if (!TryPlace(after, out var place))
            return Answers.Of(Problem.BadQuery("after is what the page before gave as next"));
        var brand = text is null ? (BrandId?)null : new BrandId(text);
        if (address is not null)
            return Mailbox.TryParse(address, allowUtf8: true, out var mailbox, out var error)
                ? Answers.Json(new Page<SuppressionView>(await OfAsync(mailbox, brand, counted == "true", http.RequestAborted), null), ApiJson.Default.PageSuppressionView)
                : Answers.Of(Problem.BadQuery($"address: {error}"));
        var page = await relay.Suppressions.PageAsync(brand, counted == "true", place, limit, http.RequestAborted);
        return Answers.Json(new Page<SuppressionView>([.. page.Select(ViewOf)], page.Length == limit ? $"{page[^1].Key.Brand}:{page[^1].Key.Address}" : null), ApiJson.Default.PageSuppressionView);
    }

    private async Task<IResult> AddAsync(HttpContext http)
    {
        var (body, problem) = await Requests.BodyAsync(http.Request, RequestJson.Default.SuppressRequest);
        if (body is null)
            return Answers.Of(problem!);
        if (!TryBrand(body.Brand, out var brand, out problem) || !TryAddress(body.Address, out var mailbox, out problem) || !Requests.TryBy(body.By, out var by, out problem))
            return Answers.Of(problem);
        if (Words.Of(body.Reason, 3, 300) is not { } reason)
            return Answers.Of(Problem.BadBody("reason is 3 to 300 characters: it stands in the log, and the sender reads it"));
        var now = relay.Time.GetUtcNow();
        if (body.Until <= now || body.Until > now + Longest)
            return Answers.Of(Problem.NotPossible("until is in the future, and ten years from now at most; without until it ends when it is lifted"));
        return await relay.Suppressions.AddAsync(brand, mailbox, reason, by, body.Until?.ToUniversalTime()) is { } entry
            ? Answers.Json(ViewOf(entry), ApiJson.Default.SuppressionView)
            : Answers.Of(Full());
    }

    private async Task<IResult> RemoveAsync(HttpContext http)
    {
        var (body, problem) = await Requests.BodyAsync(http.Request, RequestJson.Default.LiftRequest);
        if (body is null)
            return Answers.Of(problem!);
        // A brand that is configured no longer may have left a list: it can be ended too.
        if (!Requests.IsId(body.Brand ?? ""))
            return Answers.Of(Problem.BadBody("brand is the id of the brand that sends nothing there"));
        if (!TryAddress(body.Address, out var mailbox, out problem) || !Requests.TryBy(body.By, out var by, out problem))
            return Answers.Of(problem);
        return await relay.Suppressions.RemoveAsync(new BrandId(body.Brand!), mailbox, by) is { } lifted
            ? Answers.Json(ViewOf(lifted), ApiJson.Default.SuppressionView)
            : Answers.Of(Problem.NotPossible($"{mailbox} is not in the list of {body.Brand}: GET /api/v1/suppressions?address= shows in which lists it is"));
    }

    private async Task<IResult> ImportAsync(HttpContext http)
    {
        var (body, problem) = await Requests.BodyAsync(http.Request, RequestJson.Default.ImportRequest, ImportRequest.MostOctets);
        if (body is null)
            return Answers.Of(problem!);
        if (!Requests.TryBy(body.By, out var by, out problem))
            return Answers.Of(problem);
        if (body.Entries.IsDefaultOrEmpty || body.Entries.Length > ImportRequest.MostEntries)
            return Answers.Of(Problem.BadBody($"entries are 1 to {ImportRequest.MostEntries} in one request"));
        // One mistake in the request's own brand is one answer, not five hundred.
        if (body.Brand is not null && !TryBrand(body.Brand, out _, out problem))
            return Answers.Of(problem);
        var now = relay.Time.GetUtcNow();
        var entries = ImmutableArray.CreateBuilder<SuppressionEntry>(body.Entries.Length);
        var wrong = ImmutableArray.CreateBuilder<WrongEntry>();
        for (var i = 0; i < body.Entries.Length; i++)
            if (TryEntry(body.Entries[i], body.Brand, now, out var entry, out problem))
                entries.Add(entry);
            else
                wrong.Add(new WrongEntry(i + 1, problem.Detail));

        var standing = entries.Where(entry => entry.IsInForce(now)).ToImmutableArray();
        var import = await relay.Suppressions.ImportAsync(standing, by);
        return import.IsFull ? Answers.Of(Full()) : Answers.Json(new ImportView(import.Taken, entries.Count - standing.Length, import.Kept, wrong.ToImmutable()), ApiJson.Default.ImportView);
    }

    private bool TryEntry(ImportedSuppression? given, string? otherwise, DateTimeOffset now, [NotNullWhen(true)] out SuppressionEntry? entry, [NotNullWhen(false)] out Problem? problem)
    {
        entry = null;
        if (given is null)
        {
            problem = Problem.BadBody("it is null");
            return false;
        }

        if (!TryBrand(given.Brand ?? otherwise, out var brand, out problem) || !TryAddress(given.Address, out var mailbox, out problem))
            return false;
        if (given.Since is { } since && (since > now || since.Year < 1990))
            problem = Problem.BadBody("since is in the past, and not before 1990");
        else if (given.Until is { } until && (until > now + Longest || until.Year < 1990))
            problem = Problem.BadBody("until is ten years from now at most; without until it ends when it is lifted");
        else if (given is { Reason.Length: > SuppressionEntry.MostText } or { Reply.Length: > SuppressionEntry.MostText })
            problem = Problem.BadBody($"reason and reply are {SuppressionEntry.MostText} characters at most, and these are {Math.Max(given.Reason?.Length ?? 0, given.Reply?.Length ?? 0)}");
        else if (given is { Bounces: < 1 or > 1_000_000 } or { Bounces: not null, Reply: null } or { Bounces: null, Reply: not null })
            problem = Problem.BadBody("bounces is 1 to 1,000,000, and reply is what the last of them says");
        entry = problem is not null ? null : new SuppressionEntry(SuppressionKey.Of(brand, mailbox))
        {
            Since = given.Since?.ToUniversalTime() ?? now, Until = given.Until?.ToUniversalTime(), Origin = SuppressionOrigin.Import, Reason = Words.Of(given.Reason, 1, SuppressionEntry.MostText),
        };
        if (entry is not null && given.Bounces is { } bounces)
            entry = entry with
            {
                Origin = SuppressionOrigin.Bounce, Refusals = bounces, Reply = Words.Of(given.Reply, 1, SuppressionEntry.MostText), LastRefusal = entry.Since,
                Until = entry.Until ?? now + relay.Model().Brands.Find(brand)!.Suppression.Lifetime,
            };
        return entry is not null;
    }

    private async Task<ImmutableArray<SuppressionView>> OfAsync(Mailbox mailbox, BrandId? brand, bool counted, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<SuppressionView>();
        // In memory first: ten thousand brands are not ten thousand questions.
        foreach (var id in brand is { } only ? [only] : relay.Model().Brands.All.Select(one => one.Id))
            if (relay.Suppressions.IsKnown(id, mailbox) && await relay.Suppressions.StoredAsync(SuppressionKey.Of(id, mailbox), cancellation) is { } entry && (counted || entry.Since is not null))
                found.Add(ViewOf(entry));
        return found.ToImmutable();
    }

    private bool TryBrand(string? text, out BrandId brand, [NotNullWhen(false)] out Problem? problem)
    {
        brand = new BrandId(text ?? "");
        problem = text is null || relay.Model().Brands.Find(brand) is null ? Problem.BadBody("brand is the id of a brand: GET /api/v1/brands lists them") : null;
        return problem is null;
    }

    private static bool TryAddress(string? text, [NotNullWhen(true)] out Mailbox? mailbox, [NotNullWhen(false)] out Problem? problem)
    {
        problem = Mailbox.TryParse(text, allowUtf8: true, out mailbox, out var error) ? null : Problem.BadBody($"address: {error}");
        return problem is null;
    }

    private static bool TryPlace(string? text, out SuppressionKey? place)
    {
        place = null;
        if (text is null)
            return true;
        var at = text.IndexOf(':', StringComparison.Ordinal);
        if (at < 1 || !Requests.IsId(text[..at]))
            return false;
        place = new SuppressionKey(new BrandId(text[..at]), text[(at + 1)..]);
        return true;
    }

    private static Problem Full() => Problem.NotPossible($"there are {Core.Suppression.Suppressions.Most} entries, and no more are taken: remove some first");

    private SuppressionView ViewOf(SuppressionEntry entry) => SuppressionView.Of(entry, relay.Suppressions, relay.Time.GetUtcNow());
}
