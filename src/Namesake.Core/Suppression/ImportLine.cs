using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Suppression;

/// <summary>One line of a list that is imported: an object as `suppressions export` writes it, or an address, alone or as the first of columns. Hostile input: bounded, never throws.</summary>
/// <param name="Brand">Null: the line names none.</param>
/// <param name="Since">Null: not told.</param>
/// <param name="Until">Null: not told, or without end.</param>
/// <param name="Reason">A person's words as they are, which may be more than an entry holds; else a receiver's, cut to what it holds.</param>
public sealed record ImportLine(Mailbox Address, string? Brand, DateTimeOffset? Since, DateTimeOffset? Until, string? Reason)
{
    /// <summary>Longest line, in characters.</summary>
    public const int Longest = 8 * 1024;

    /// <summary>Reads a line.</summary>
    /// <param name="error">What is wrong, for people.</param>
    public static bool TryRead(string text, [NotNullWhen(true)] out ImportLine? line, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        line = null;
        if (text.Length > Longest)
        {
            error = $"the line is longer than {Longest} characters";
            return false;
        }

        var trimmed = text.AsSpan().Trim();
        return trimmed is ['{', ..] ? TryObject(trimmed.ToString(), out line, out error) : TryColumns(trimmed, out line, out error);
    }

    private static bool TryColumns(ReadOnlySpan<char> text, [NotNullWhen(true)] out ImportLine? line, [NotNullWhen(false)] out string? error)
    {
        line = null;
        var end = text.IndexOfAny(",;\t");
        // A whole field in quotation marks is a column; a quoted local part goes on behind its closing mark.
        var first = (end < 0 ? text : text[..end]).Trim();
        if (first is ['"', .. var inner, '"'])
            first = inner;
        if (!Mailbox.TryParse(first.ToString(), allowUtf8: true, out var address, out error))
            return false;
        line = new ImportLine(address, null, null, null, null);
        return true;
    }

    private static bool TryObject(string text, [NotNullWhen(true)] out ImportLine? line, [NotNullWhen(false)] out string? error)
    {
        line = null;
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 4 });
            var entry = document.RootElement;
            if (!Mailbox.TryParse(Text(entry, "address"), allowUtf8: true, out var address, out error))
                return false;
            if (!TryMoment(entry, "since", out var since) || !TryMoment(entry, "until", out var until))
            {
                error = "since and until are times such as 2026-01-31T18:00:00Z";
                return false;
            }

            // What a receiver said is the reason where nobody gave another.
            var reason = Text(entry, "reason") ?? (Text(entry, "reply") is { } reply ? SuppressionEntry.Cut(reply) : null);
            line = new ImportLine(address, Text(entry, "brand"), since, until, reason);
            return true;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            error = "the line begins as a JSON object and is none";
            return false;
        }
    }

    /// <summary>Null when it is absent, null, or no text.</summary>
    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool TryMoment(JsonElement entry, string name, out DateTimeOffset? moment)
    {
        moment = null;
        if (!entry.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return true;
        if (value.ValueKind != JsonValueKind.String || !DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
            return false;
        moment = at;
        return true;
    }
}
