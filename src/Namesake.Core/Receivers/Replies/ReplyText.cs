using System.Collections.Immutable;
using System.Globalization;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Receivers.Replies;

/// <summary>Reads a refusal as people, logs and reports write it down: "550-5.7.1 …" over several lines, or all on one.</summary>
/// <remarks>More tolerant than the protocol, since nothing can lose step here: lines of one reply need not carry the code, and the enhanced code may have a mark before or behind it.</remarks>
public static class ReplyText
{
    /// <summary>Lines that are read of one reply.</summary>
    public const int MostLines = 128;

    /// <returns>Null when the text does not begin with a reply code of a refusal (400 to 599).</returns>
    public static SmtpReply? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = ImmutableArray.CreateBuilder<string>();
        EnhancedStatusCode? enhanced = null;
        var code = 0;
        text = Parted(text);
        foreach (var range in text.AsSpan().Split('\n'))
        {
            if (lines.Count == MostLines)
                break;
            var line = text.AsSpan()[range].Trim();
            if (line.IsEmpty)
                continue;
            var found = CodeOf(line);
            if (code == 0 && found is null)
                return null;
            if (found is { } own && (code == 0 || own == code))
            {
                code = own;
                line = line[Math.Min(4, line.Length)..].TrimStart();
            }

            line = WithoutEnhanced(line, code, ref enhanced);
            lines.Add(line.ToString());
        }

        return code == 0 ? null : new SmtpReply(code, enhanced, lines.ToImmutable());
    }

    /// <summary>The code a line begins with; null when it begins with none.</summary>
    public static int? CodeOf(ReadOnlySpan<char> line) =>
        line.Length >= 3 && line[0] is '4' or '5' && char.IsAsciiDigit(line[1]) && char.IsAsciiDigit(line[2]) && (line.Length == 3 || line[3] is ' ' or '-' or ':' or '\t')
            ? int.Parse(line[..3], CultureInfo.InvariantCulture)
            : null;

    /// <summary>Reports join the lines of a reply: "550-5.1.1 the address 550-5.1.1 does not 550 5.1.1 exist".</summary>
    private static string Parted(string text)
    {
        if (text.Length < 5 || text[3] != '-' || text.Contains('\n', StringComparison.Ordinal) || CodeOf(text) is null)
            return text;
        var code = text[..3];
        return text.Replace($" {code}-", $"\n{code}-", StringComparison.Ordinal).Replace($" {code} ", $"\n{code} ", StringComparison.Ordinal);
    }

    private static ReadOnlySpan<char> WithoutEnhanced(ReadOnlySpan<char> line, int code, scoped ref EnhancedStatusCode? enhanced)
    {
        var end = line.IndexOfAny(" \t");
        var word = (end < 0 ? line : line[..end]).Trim("#():-");
        if (word.Length is < 5 or > 9 || !EnhancedStatusCode.TryParse(word.ToString(), out var status) || status.Class != code / 100)
            return line;
        enhanced ??= status;
        return end < 0 ? [] : line[end..].TrimStart();
    }
}
