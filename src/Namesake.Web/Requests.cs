using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Namesake.Core.Pipeline;
using Namesake.Web.Problems;

namespace Namesake.Web;

/// <summary>Reads what a request asks for. Each method gives the value or the problem, never both.</summary>
internal static class Requests
{
    public const int DefaultLimit = 100, MostLimit = 1000;

    /// <summary>One parameter; null when absent or empty. Twice the same is an error: which one counts would be a guess.</summary>
    public static bool TryText(HttpRequest request, string name, out string? text, [NotNullWhen(false)] out Problem? problem)
    {
        var values = request.Query[name];
        text = values.Count == 1 && values[0] is { Length: > 0 } value ? value : null;
        problem = values.Count > 1 ? Problem.BadQuery($"{name} is given {values.Count} times")
            : text is { Length: > 1024 } ? Problem.BadQuery($"{name} is longer than 1024 characters") : null;
        return problem is null;
    }

    /// <summary>The parameters every list of what waits can be narrowed by.</summary>
    public static readonly ImmutableArray<string> FilterNames = ["brand", "site", "source", "domain", "state", "because", "submitter", "sender", "message", "olderThan"];

    public static bool TryFilter(HttpRequest request, DateTimeOffset now, [NotNullWhen(true)] out QueueFilter? filter, [NotNullWhen(false)] out Problem? problem)
    {
        filter = null;
        problem = null;
        var texts = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var name in FilterNames)
            if (name != "message" && problem is null && TryText(request, name, out var text, out problem))
                texts[name] = text;
        if (problem is not null)
            return false;
        ImmutableArray<string> messages = request.Query["message"] is { Count: > 0 } ids ? [.. ids.Select(id => id ?? "")] : default;
        var read = new QueueFilterText(
            texts["brand"], texts["site"], texts["source"], texts["domain"], texts["state"], texts["because"], texts["submitter"], texts["sender"], messages, texts["olderThan"]);
        problem = read.TryRead(now, out filter, out var error) ? null : Problem.BadQuery(error!);
        return problem is null;
    }

    /// <summary>Who decides it, for the log and for everybody who asks later; "api" when nobody is named.</summary>
    public static bool TryBy(string? said, out string by, [NotNullWhen(false)] out Problem? problem)
    {
        var words = said is null ? "api" : Words.Of(said, 1, 100);
        by = words ?? "";
        problem = words is null ? Problem.BadBody("by is at most 100 characters: who decides it") : null;
        return problem is null;
    }

    public static bool TryLimit(HttpRequest request, out int limit, [NotNullWhen(false)] out Problem? problem)
    {
        limit = DefaultLimit;
        if (!TryText(request, "limit", out var text, out problem))
            return false;
        if (text is not null && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MostLimit))
            problem = Problem.BadQuery($"limit is a number from 1 to {MostLimit}");
        return problem is null;
    }

    /// <summary>Stands for <see cref="FilterNames"/> among the names given to <see cref="Knows"/>.</summary>
    public const string Narrowed = "*";

    /// <summary>A parameter this address doesn't know is a typing error, and a filter that isn't applied would be a wrong answer.</summary>
    public static bool Knows(HttpRequest request, [NotNullWhen(false)] out Problem? problem, params ReadOnlySpan<string> names)
    {
        problem = null;
        foreach (var name in request.Query.Keys)
            if (!names.Contains(name) && !(names.Contains(Narrowed) && FilterNames.Contains(name)))
                problem = Problem.BadQuery($"there is no parameter \"{(name.Length > 40 ? name[..40] + "…" : name)}\" here; those that exist: {string.Join(", ", names.ToArray().SelectMany(known => known == Narrowed ? FilterNames.AsEnumerable() : [known]).DefaultIfEmpty("none"))}");
        return problem is null;
    }

    /// <param name="mostBytes">What this request may have, where that is more than the usual; null: the usual.</param>
    public static async Task<(T? Body, Problem? Problem)> BodyAsync<T>(HttpRequest request, JsonTypeInfo<T> type, long? mostBytes = null)
        where T : class
    {
        if (mostBytes is { } most)
            request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = most;
        if (!request.HasJsonContentType())
            return (null, Problem.BadBody("the body must be JSON, sent as Content-Type: application/json"));
        try
        {
            return await JsonSerializer.DeserializeAsync(request.Body, type, request.HttpContext.RequestAborted) is { } body
                ? (body, null) : (null, Problem.BadBody("the body is null"));
        }
        catch (JsonException trouble)
        {
            // The message names the place and the member, and quotes nothing.
            return (null, Problem.BadBody(trouble.Message));
        }
    }

    /// <summary>As ids of brands and sources are written in the configuration.</summary>
    public static bool IsId(string text) => text.Length is >= 1 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    public static Page<T> Page<T>(ImmutableArray<T> items, int limit, Func<T, string> key) => new(items, items.Length == limit ? key(items[^1]) : null);
}
