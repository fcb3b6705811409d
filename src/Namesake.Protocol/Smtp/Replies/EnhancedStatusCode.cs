using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Namesake.Protocol.Smtp.Replies;

/// <summary>An enhanced status code such as 5.7.25: class 2, 4 or 5, subject and detail 0 to 999. RFC 3463 §2</summary>
public readonly record struct EnhancedStatusCode(int Class, int Subject, int Detail)
{
    public static EnhancedStatusCode Parse(string text) =>
        TryParse(text, out var code) ? code : throw new FormatException($"\"{text}\" is no enhanced status code.");

    public static bool TryParse([NotNullWhen(true)] string? text, out EnhancedStatusCode code)
    {
        code = default;
        return text is not null && TryRead(text, out code, out var length) && length == text.Length;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Class}.{Subject}.{Detail}");

    /// <summary>Reads a code from the start of a reply's text; it must be followed by a space or the end.</summary>
    internal static bool TryRead(ReadOnlySpan<char> text, out EnhancedStatusCode code, out int length)
    {
        code = default;
        length = 0;
        if (text.Length < 5 || text[0] is not ('2' or '4' or '5') || text[1] != '.')
            return false;
        var position = 2;
        if (!TryReadNumber(text, ref position, out var subject) || position >= text.Length || text[position++] != '.'
            || !TryReadNumber(text, ref position, out var detail) || (position < text.Length && text[position] != ' '))
            return false;
        code = new EnhancedStatusCode(text[0] - '0', subject, detail);
        length = position;
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<char> text, ref int position, out int number)
    {
        number = 0;
        var start = position;
        while (position < text.Length && position < start + 3 && char.IsAsciiDigit(text[position]))
            number = number * 10 + text[position++] - '0';
        return position > start;
    }
}
