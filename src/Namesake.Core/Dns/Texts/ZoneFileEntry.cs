using System.Collections.Immutable;

namespace Namesake.Core.Dns.Texts;

/// <summary>One entry of a zone file: a record or a directive, over as many lines as its parentheses take.</summary>
/// <param name="First">The line it begins in, from 0.</param>
/// <param name="HasOwner">Something stands at the beginning of the line; else it is of the owner before.</param>
internal sealed record ZoneFileEntry(int First, int Last, bool HasOwner, ImmutableArray<ZoneFileToken> Tokens);

/// <param name="Line">From 0.</param>
/// <param name="Column">From 0.</param>
internal readonly record struct ZoneFileToken(string Text, int Line, int Column);

/// <summary>Cuts a zone file into entries. RFC 1035 §5.1</summary>
internal static class ZoneFileEntries
{
    /// <returns>Null: a quote or parenthesis isn't closed; <paramref name="fault"/> says where.</returns>
    public static ImmutableArray<ZoneFileEntry>? Of(IReadOnlyList<string> lines, out string fault)
    {
        var entries = ImmutableArray.CreateBuilder<ZoneFileEntry>();
        var tokens = ImmutableArray.CreateBuilder<ZoneFileToken>();
        var (depth, first, hasOwner) = (0, 0, false);
        for (var line = 0; line < lines.Count; line++)
        {
            if (depth == 0)
                (first, hasOwner) = (line, lines[line].Length > 0 && lines[line][0] is not (' ' or '\t' or ';'));
            if (!Cut(lines[line], line, tokens, ref depth))
            {
                fault = $"line {line + 1}: a quote or parenthesis doesn't fit";
                return null;
            }

            if (depth > 0 || tokens.Count == 0)
                continue;
            entries.Add(new ZoneFileEntry(first, line, hasOwner, tokens.ToImmutable()));
            tokens.Clear();
        }

        fault = depth == 0 ? "" : $"line {first + 1}: a parenthesis isn't closed";
        return depth == 0 ? entries.ToImmutable() : null;
    }

    /// <summary>Whether a value is data and nothing else: closed, in one line, with no comment, parenthesis or directive that would reach beyond it.</summary>
    public static bool IsData(string value)
    {
        var tokens = ImmutableArray.CreateBuilder<ZoneFileToken>();
        var depth = 0;
        if (value.Any(char.IsControl) || value.EndsWith('\\') || !Cut(value, 0, tokens, ref depth) || depth != 0 || tokens.Count == 0)
            return false;
        // What is cut away between the tokens may be blanks, and nothing else.
        var at = 0;
        foreach (var token in tokens)
        {
            if (value.AsSpan(at, token.Column - at).Trim(" \t").Length > 0)
                return false;
            at = token.Column + token.Text.Length;
        }
        return value.AsSpan(at).Trim(" \t").Length == 0;
    }

    private static bool Cut(string text, int line, ImmutableArray<ZoneFileToken>.Builder tokens, ref int depth)
    {
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            switch (text[at])
            {
                case ' ' or '\t':
                    at++;
                    continue;
                case ';':
                    return true;
                case '(':
                    depth++;
                    at++;
                    continue;
                case ')':
                    if (--depth < 0)
                        return false;
                    at++;
                    continue;
                case '"':
                    for (at++; at < text.Length && text[at] != '"'; at++)
                        if (text[at] == '\\')
                            at++;
                    if (at >= text.Length)
                        return false;
                    at++;
                    break;
                default:
                    while (at < text.Length && text[at] is not (' ' or '\t' or ';' or '(' or ')' or '"'))
                        at += text[at] == '\\' ? 2 : 1;
                    at = Math.Min(at, text.Length);
                    break;
            }

            tokens.Add(new ZoneFileToken(text[start..at], line, start));
        }

        return true;
    }
}
