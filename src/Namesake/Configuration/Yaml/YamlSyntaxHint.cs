namespace Namesake.Configuration.Yaml;

/// <summary>Says what is wrong with a line the scanner could not read. Its own words speak of tokens and simple keys.</summary>
internal static class YamlSyntaxHint
{
    public static string For(string text, Place at, string said)
    {
        if (said.Contains("tab", StringComparison.OrdinalIgnoreCase) || LineIndentedByTab(text, at.Line) || LineIndentedByTab(text, at.Line + 1))
            return "a tab in the indentation: YAML indents with spaces only";
        if (said.Contains("unexpected end of stream", StringComparison.Ordinal))
            return "a quotation mark is opened here and never closed";
        if (said.Contains("incompatible YAML document", StringComparison.Ordinal))
            return "only YAML 1.1 and 1.2 are read: remove the %YAML line";
        if (said.Contains("did not find expected key", StringComparison.Ordinal) || said.Contains("did not find expected '-'", StringComparison.Ordinal))
            return "the indentation doesn't fit: keys of one group must begin in the same column";
        if (said.Contains("cannot start any token", StringComparison.Ordinal) || said.Contains("invalid mapping", StringComparison.Ordinal) || said.Length == 0)
            return "not readable as YAML: look for a bracket or brace that isn't closed, and put texts with any of : # [ ] { } * & @ ` % in quotation marks";
        return $"not readable as YAML: {said}";
    }

    private static bool LineIndentedByTab(string text, int number)
    {
        var start = 0;
        for (var line = 1; line < number; line++)
        {
            start = text.IndexOf('\n', start) + 1;
            if (start == 0)
                return false;
        }
        var rest = text.AsSpan(start);
        var indent = rest[..Math.Max(0, rest.IndexOfAnyExcept(' ', '\t'))];
        return indent.Contains('\t');
    }
}
