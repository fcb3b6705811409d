using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Namesake.Core.Brands;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
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

    public static bool TryFilter(HttpRequest request, [NotNullWhen(true)] out SpoolFilter? filter, [NotNullWhen(false)] out Problem? problem)
    {
        filter = null;
        if (!TryText(request, "brand", out var brand, out problem) || !TryText(request, "source", out var source, out problem) || !TryText(request, "domain", out var domain, out problem))
            return false;
        (filter, var error) = Filter(brand, source, domain);
        problem = filter is null ? Problem.BadQuery(error!) : null;
        return filter is not null;
    }

    /// <summary>The same in a body. Empty text is no id: who gives one means something, and it isn't all mail.</summary>
    public static bool TryFilter(string? brand, string? source, string? domain, [NotNullWhen(true)] out SpoolFilter? filter, [NotNullWhen(false)] out Problem? problem)
    {
        (filter, var error) = Filter(brand, source, domain);
        problem = filter is null ? Problem.BadBody(error!) : null;
        return filter is not null;
    }

    private static (SpoolFilter? Filter, string? Error) Filter(string? brand, string? source, string? domain)
    {
        DomainName? name = null;
        string? error = null;
        if (domain is not null && !DomainName.TryParse(domain, out name, out error))
            return (null, $"domain: {error}");
        if (brand is not null && !IsId(brand))
            return (null, "brand is no id of a brand");
        if (source is not null && !IsId(source))
            return (null, "source is no id of a source");
        return (new SpoolFilter(brand is null ? null : new BrandId(brand), source is null ? null : new SourceId(source), name), null);
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

    /// <summary>A parameter this address doesn't know is a typing error, and a filter that isn't applied would be a wrong answer.</summary>
    public static bool Knows(HttpRequest request, [NotNullWhen(false)] out Problem? problem, params ReadOnlySpan<string> names)
    {
        problem = null;
        foreach (var name in request.Query.Keys)
            if (!names.Contains(name))
                problem = Problem.BadQuery($"there is no parameter \"{(name.Length > 40 ? name[..40] + "…" : name)}\" here; those that exist: {string.Join(", ", names.ToArray().DefaultIfEmpty("none"))}");
        return problem is null;
    }

    public static async Task<(T? Body, Problem? Problem)> BodyAsync<T>(HttpRequest request, JsonTypeInfo<T> type)
        where T : class
    {
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
