using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Namesake.Protocol.Addresses;

/// <summary>Reads and writes what stands before the @: dot-string or quoted-string. RFC 5321 §4.1.2; UTF-8 by RFC 6531 §3.3</summary>
internal static class LocalPart
{
    private const string AText = "!#$%&'*+-/0123456789=?ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~";

    private static readonly SearchValues<char> ATextAndDot = SearchValues.Create(AText + ".");
    private static readonly SearchValues<byte> ATextOctets = SearchValues.Create(AText.Select(c => (byte)c).ToArray());

    /// <summary>True for an octet of an unquoted word: atext, or part of a UTF-8 sequence.</summary>
    public static bool IsAtomOctet(byte octet) => octet >= 0x80 || ATextOctets.Contains(octet);

    /// <summary>Reads a local part from the start of the text; what follows it is the caller's.</summary>
    /// <param name="value">What is meant: quotes and backslashes removed.</param>
    /// <param name="length">Octets read.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, [NotNullWhen(true)] out string? value, out int length, [NotNullWhen(false)] out string? error)
    {
        value = null;
        if (!text.IsEmpty && text[0] == '"')
            return TryReadQuoted(text, out value, out length, out error);
        length = 0;
        while (length < text.Length && (text[length] == '.' || IsAtomOctet(text[length])))
            length++;
        var word = text[..length];
        error = word.IsEmpty ? "the local part is empty"
            : word[0] == '.' || word[^1] == '.' || word.IndexOf(".."u8) >= 0 ? "a dot begins, ends or follows a dot in the local part; quotes would allow it"
            : Utf8.IsValid(word) ? null : "the local part is not UTF-8";
        if (error is not null)
            return false;
        value = Encoding.UTF8.GetString(word);
        return true;
    }

    /// <summary>What forbids a text, taken as it is meant, as local part; null when nothing does.</summary>
    public static string? Fault(string value)
    {
        if (value.Length > Mailbox.MaxOctets)
            return Mailbox.TooLong;
        for (var i = 0; i < value.Length;)
        {
            if (Rune.DecodeFromUtf16(value.AsSpan(i), out var rune, out var length) != OperationStatus.Done)
                return "the local part has half a character (a lone surrogate)";
            if (rune.Value < 32 || rune.Value == 127 || !rune.IsAscii && IsInvisible(rune))
                return $"U+{rune.Value:X4} cannot stand in an address";
            i += length;
        }
        return null;
    }

    /// <summary>The local part as it is written: bare where the grammar lets it, else quoted.</summary>
    public static string Quote(string value)
    {
        if (IsDotString(value))
            return value;
        var quoted = new StringBuilder(value.Length + 8).Append('"');
        foreach (var c in value)
        {
            if (c is '"' or '\\')
                quoted.Append('\\');
            quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }

    private static bool IsDotString(string value)
    {
        if (value.Length == 0 || value[0] == '.' || value[^1] == '.' || value.Contains("..", StringComparison.Ordinal))
            return false;
        foreach (var c in value)
            if (c < 0x80 && !ATextAndDot.Contains(c))
                return false;
        return true;
    }

    private static bool TryReadQuoted(ReadOnlySpan<byte> text, out string? value, out int length, out string? error)
    {
        value = null;
        error = null;
        Span<byte> meant = stackalloc byte[4 * Mailbox.MaxOctets];
        var count = 0;
        for (length = 1; length < text.Length && text[length] != '"'; length++)
        {
            if (text[length] == '\\' && ++length == text.Length)
                break;
            if (text[length] < 32 || text[length] == 127)
                error = "the local part has a control character";
            else if (count == meant.Length)
                error = Mailbox.TooLong;
            if (error is not null)
                return false;
            meant[count++] = text[length];
        }
        if (length >= text.Length)
            error = "the quoted local part has no end";
        else if (!Utf8.IsValid(meant[..count]))
            error = "the local part is not UTF-8";
        if (error is not null)
            return false;
        length++;
        value = Encoding.UTF8.GetString(meant[..count]);
        return true;
    }

    // Characters nobody sees can make one address look like another or break a line of a log.
    private static bool IsInvisible(Rune rune) =>
        rune.Value is 0xFEFF or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator;
}
