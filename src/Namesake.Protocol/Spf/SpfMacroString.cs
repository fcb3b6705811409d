using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Namesake.Protocol.Spf;

/// <summary>Text with macros, as domains and explanations have it. RFC 7208 §7</summary>
public sealed class SpfMacroString
{
    /// <summary>No policy has near as many; each may grow to the length of a whole address.</summary>
    private const int MaxMacros = 100;

    private readonly ImmutableArray<SpfMacroPart> _parts;

    private SpfMacroString(string text, ImmutableArray<SpfMacroPart> parts) => (Text, _parts) = (text, parts);

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>Whether this macro, in any case of letter, stands in it. 'p' costs questions to DNS before it can be expanded.</summary>
    public bool Uses(char letter) => _parts.Any(part => part.Letter == letter);

    /// <summary>Whether what it becomes depends on the message or the client.</summary>
    public bool HasMacros => _parts.Any(part => part.Letter != '\0');

    /// <summary>Reads an explanation: spaces are allowed in it, and the macros that only explanations have. RFC 7208 §6.2, §7.2</summary>
    /// <returns>Null when the form is broken; receivers then show none.</returns>
    public static SpfMacroString? ReadExplanation(string text) =>
        text is { Length: <= SpfRecord.MaxLength } ? Read(text, SpfMacroUse.Explanation, out _, out _) : null;

    public string Expand(SpfMacroValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var text = new StringBuilder();
        foreach (var part in _parts)
            text.Append(part.Letter == '\0' ? part.Text : part.Expand(values.Of(part.Letter)));
        return text.ToString();
    }

    public override string ToString() => Text;

    /// <param name="at">Where it breaks.</param>
    internal static SpfMacroString? Read(string text, SpfMacroUse use, out int at, out string? reason)
    {
        var parts = ImmutableArray.CreateBuilder<SpfMacroPart>();
        var literal = new StringBuilder();
        at = 0;
        var tail = 0; // where the literal behind the last macro begins
        while (at < text.Length)
        {
            var c = text[at];
            if (c != '%')
            {
                if (c is < '!' or > '~' && !(c == ' ' && use == SpfMacroUse.Explanation))
                    return Refuse(c == ' ' ? "a space can't stand here" : "a character outside ASCII can't stand here", out reason);
                literal.Append(c);
                at++;
                continue;
            }
            var next = at + 1 < text.Length ? text[at + 1] : '\0';
            if (next is '%' or '_' or '-')
            {
                literal.Append(next switch { '%' => "%", '_' => " ", _ => "%20" });
                tail = at += 2;
                continue;
            }
            var from = at;
            if (next != '{')
                return Refuse("a percent sign begins a macro: %{letter}, %%, %_ or %-", out reason);
            if (ReadMacro(text, use, ref at, out reason) is not { } macro)
                return null;
            if (parts.Count > 2 * MaxMacros)
            {
                at = from;
                return Refuse($"there are more than {MaxMacros} macros", out reason);
            }
            parts.Add(new SpfMacroPart(literal.ToString()));
            parts.Add(macro);
            literal.Clear();
            tail = at;
        }
        if (use == SpfMacroUse.Domain && DomainFault(text, tail) is { } fault)
        {
            at = tail;
            return Refuse(fault, out reason);
        }
        parts.Add(new SpfMacroPart(literal.ToString()));
        reason = null;
        return new SpfMacroString(text, parts.DrainToImmutable());
    }

    private static SpfMacroPart? ReadMacro(string text, SpfMacroUse use, ref int at, out string? reason)
    {
        var i = at + 2;
        var letter = i < text.Length ? text[i++] : '\0';
        if (!"slodiphcrtv".Contains(char.ToLowerInvariant(letter), StringComparison.Ordinal))
            return RefusePart(letter == '\0' ? "a macro is not closed by }" : $"there is no macro letter {letter}", out reason);
        if (char.ToLowerInvariant(letter) is 'c' or 'r' or 't' && use != SpfMacroUse.Explanation)
            return RefusePart($"the macro letter {letter} stands only in explanations", out reason);
        var digits = i;
        while (i < text.Length && char.IsAsciiDigit(text[i]))
            i++;
        var keep = int.MaxValue;
        // More digits than an int has: as many parts as there are.
        if (i > digits && !int.TryParse(text.AsSpan(digits, i - digits), NumberStyles.None, CultureInfo.InvariantCulture, out keep))
            keep = text.AsSpan(digits, i - digits).ContainsAnyExcept('0') ? int.MaxValue : 0;
        if (keep == 0)
            return RefusePart("a macro can't keep 0 parts", out reason);
        var reverse = i < text.Length && text[i] is 'r' or 'R';
        if (reverse)
            i++;
        var delimiters = i;
        while (i < text.Length && ".-+,/_=".Contains(text[i], StringComparison.Ordinal))
            i++;
        if (i >= text.Length || text[i] != '}')
            return RefusePart("a macro has the form %{letter digits r delimiters}", out reason);
        at = i + 1;
        reason = null;
        return new SpfMacroPart("", char.ToLowerInvariant(letter), keep, reverse, text[delimiters..i], char.IsAsciiLetterUpper(letter));
    }

    /// <summary>A domain ends in a macro or in a label that can be a top level, so that a forgotten rest is noticed. RFC 7208 §7.1</summary>
    private static string? DomainFault(string text, int tail)
    {
        if (text.Length == 0)
            return "the domain is empty";
        if (tail == text.Length)
            return null;
        var rest = text.AsSpan(tail);
        if (rest.EndsWith("."))
            rest = rest[..^1];
        if (rest.IsEmpty)
            return tail == 0 ? "the domain is a dot" : null;
        var dot = rest.LastIndexOf('.');
        if (dot < 0)
            return "the domain has no dot: it must be fully qualified";
        var top = rest[(dot + 1)..];
        if (top.IsEmpty || top[0] == '-' || top[^1] == '-')
            return "the domain's last label is none";
        var onlyDigits = true;
        foreach (var c in top)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                return $"'{c}' can't stand in the domain's last label";
            onlyDigits &= char.IsAsciiDigit(c);
        }
        return onlyDigits ? "the domain's last label is a number: an address needs ip4: or ip6:" : null;
    }

    private static SpfMacroString? Refuse(string why, out string? reason)
    {
        reason = why;
        return null;
    }

    private static SpfMacroPart? RefusePart(string why, out string? reason)
    {
        reason = why;
        return null;
    }
}

/// <summary>Where macros stand; decides which are allowed.</summary>
internal enum SpfMacroUse
{
    Domain,

    /// <summary>The value of a modifier nobody knows.</summary>
    Any,
    Explanation,
}

/// <param name="Text">What stands there as it is; "" for a macro.</param>
/// <param name="Letter">In lower case; '\0' for text.</param>
/// <param name="Keep">How many parts from the right.</param>
/// <param name="Escape">It was written in upper case: for use in a URL.</param>
internal sealed record SpfMacroPart(string Text, char Letter = '\0', int Keep = int.MaxValue, bool Reverse = false, string Delimiters = "", bool Escape = false)
{
    /// <summary>Split at the delimiters, turned round, cut, joined by dots. RFC 7208 §7.3</summary>
    public string Expand(string value)
    {
        if (Reverse || Keep != int.MaxValue || Delimiters.Length > 0)
        {
            var parts = value.Split(Delimiters.Length > 0 ? Delimiters.ToCharArray() : ['.']);
            if (Reverse)
                Array.Reverse(parts);
            value = string.Join('.', parts[Math.Max(0, parts.Length - Keep)..]);
        }
        return Escape ? Uri.EscapeDataString(value) : value;
    }
}
