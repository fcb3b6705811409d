using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Namesake.Configuration.Forms;

internal static class TextForms
{
    public static bool TryText(string text, [MaybeNullWhen(false)] out string result, [NotNullWhen(false)] out string? error)
    {
        result = text;
        error = text.Length == 0 ? "is empty"
            : text.Length > 4096 ? "is longer than 4,096 characters"
            : text.Any(char.IsControl) ? "has a line break or control character in it"
            : null;
        return error is null;
    }

    public static bool TryName(string text, [MaybeNullWhen(false)] out string result, [NotNullWhen(false)] out string? error)
    {
        result = text;
        error = text.Length is >= 1 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? null
            : "is no name: 1 to 64 letters, digits, '-', '_' and '.' are allowed";
        return error is null;
    }

    public static bool TryYesOrNo(string text, [MaybeNullWhen(false)] out bool result, [NotNullWhen(false)] out string? error)
    {
        var word = text.ToLowerInvariant();
        result = word is "true" or "yes" or "on";
        error = result || word is "false" or "no" or "off" ? null : "is neither true nor false";
        return error is null;
    }

    public static bool TryDay(string text, [MaybeNullWhen(false)] out DateOnly result, [NotNullWhen(false)] out string? error)
    {
        error = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out result) ? null : "is no day: write 2026-11-30";
        return error is null;
    }
}
