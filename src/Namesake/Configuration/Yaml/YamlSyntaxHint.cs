namespace Namesake.Configuration.Yaml;

/// <summary>Says what is wrong with a line the scanner could not read. Its own words speak of tokens and simple keys.</summary>
internal static class YamlSyntaxHint
{
    /// <param name="said">The scanner's words; empty when it had none.</param>
    public static string For(string said)
    {
        if (said.Contains("unexpected end of stream", StringComparison.Ordinal) || said.Contains("quoted scalar, found wrong indentation", StringComparison.Ordinal))
            return "a quotation mark is opened here and never closed";
        if (said.Contains("incompatible YAML document", StringComparison.Ordinal))
            return "only YAML 1.1 and 1.2 are read: remove the %YAML line";
        if (said.Contains("did not find expected key", StringComparison.Ordinal) || said.Contains("did not find expected '-'", StringComparison.Ordinal))
            return "the indentation doesn't fit: keys of one group must begin in the same column";
        if (said.Contains("cannot start any token", StringComparison.Ordinal) || said.Contains("invalid mapping", StringComparison.Ordinal) || said.Length == 0)
            return "not readable as YAML: look for a bracket or brace that isn't closed, and put texts with any of : # [ ] { } * & @ ` % in quotation marks";
        return $"not readable as YAML: {said}";
    }

    /// <summary>The first tab that indents a line between these two, both included; null when there is none.</summary>
    public static Place? FindTab(string text, int first, int last)
    {
        var (line, start) = (1, 0);
        while (line <= last)
        {
            if (line >= first)
            {
                var rest = text.AsSpan(start);
                var indent = rest[..Math.Max(0, rest.IndexOfAnyExcept(' ', '\t'))];
                if (indent.IndexOf('\t') is >= 0 and var tab)
                    return new Place(line, tab + 1);
            }
            var end = text.IndexOf('\n', start);
            if (end < 0)
                return null;
            (line, start) = (line + 1, end + 1);
        }
        return null;
    }
}
