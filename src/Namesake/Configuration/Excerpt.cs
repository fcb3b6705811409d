namespace Namesake.Configuration;

/// <summary>A text from the file cut to a length that fits in a message.</summary>
internal static class Excerpt
{
    public static string Of(string text)
    {
        var line = text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? text[..end] + "…" : text;
        return line.Length <= 60 ? line : line[..59] + "…";
    }
}
