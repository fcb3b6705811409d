using System.Collections.Immutable;
using System.Text;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Authentication;

/// <summary>Reads the names out of a message's header that tell recipients where it was made: the host behind "by" in every Received line, and what stands behind @ in Message-ID.</summary>
public static class OutputNames
{
    /// <summary>Octets of the header that are looked at.</summary>
    public const int MostOctets = 64 * 1024;

    private const int MostNames = 50;

    private const int MostOfLine = 120;

    public static ImmutableArray<OutputName> Of(ReadOnlySpan<byte> header)
    {
        var text = Encoding.Latin1.GetString(header[..Math.Min(header.Length, MostOctets)]);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var names = ImmutableArray.CreateBuilder<OutputName>();
        foreach (var field in Fields(end < 0 ? text : text[..end]))
        {
            var name = field.StartsWith("Received:", StringComparison.OrdinalIgnoreCase) ? ByOf(field["Received:".Length..]) is { } by ? new OutputName("Received by", by) : null
                : field.StartsWith("Message-ID:", StringComparison.OrdinalIgnoreCase) && RightSide(field) is { } right ? new OutputName("Message-ID", right)
                : null;
            if (name is not null && names.Count < MostNames && !names.Any(known => known.Where == name.Where && known.Name == name.Name))
                names.Add(name with { Line = Short(field) });
        }
        return names.DrainToImmutable();
    }

    /// <summary>Unfolded. RFC 5322 §2.2.3</summary>
    private static IEnumerable<string> Fields(string header)
    {
        var field = new StringBuilder();
        foreach (var line in header.Split("\r\n"))
        {
            if (line.Length > 0 && line[0] is ' ' or '\t')
            {
                field.Append(' ').Append(line);
                continue;
            }
            if (field.Length > 0)
                yield return field.ToString();
            field.Clear().Append(line);
        }
        if (field.Length > 0)
            yield return field.ToString();
    }

    /// <summary>The word behind "by", outside of comments. RFC 5321 §4.4</summary>
    private static string? ByOf(string value)
    {
        var depth = 0;
        var word = new StringBuilder();
        var isNext = false;
        foreach (var c in value + " ")
        {
            if (c is '(' or ')')
                depth = Math.Max(0, depth + (c == '(' ? 1 : -1));
            if (depth == 0 && c is not (' ' or '\t' or ';' or ')'))
            {
                word.Append(c);
                continue;
            }
            if (word.Length == 0)
                continue;
            if (isNext)
                return Cut(word.ToString());
            isNext = word.ToString().Equals("by", StringComparison.OrdinalIgnoreCase);
            word.Clear();
        }
        return null;
    }

    private static string? RightSide(string field)
    {
        var at = field.LastIndexOf('@');
        return at < 0 ? null : Cut(field[(at + 1)..].Trim(' ', '\t', '>'));
    }

    /// <summary>For a person: without what a terminal or a page would stumble over.</summary>
    private static string Short(string field)
    {
        var line = string.Join(' ', field.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
        return string.Concat(line.Take(MostOfLine).Select(c => c is >= ' ' and <= '~' ? c : '?')) + (line.Length > MostOfLine ? "..." : "");
    }

    private static string? Cut(string name) => name.Length == 0 ? null : name.Length > 255 ? name[..255] : name;
}
