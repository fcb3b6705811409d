namespace Namesake.Configuration;

/// <summary>A text from the file, fit for a message: one line, not too long, and without characters that would steer a terminal.</summary>
internal static class Excerpt
{
    private const int Longest = 60;

    public static string Of(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var cut = end >= 0 || text.Length > Longest;
        var line = text[..Math.Min(end >= 0 ? end : text.Length, cut ? Longest - 1 : Longest)];
        return string.Concat(line.Select(c => char.IsControl(c) ? '\ufffd' : c)) + (cut ? "…" : "");
    }
}
