using System.Globalization;
using System.Text;

namespace Namesake.Protocol.Addresses;

/// <summary>Turns a label with characters beyond ASCII into its A-label, RFC 5891 §4.</summary>
/// <remarks>A careful subset of IDNA 2008: letters, marks and digits after lower-casing. What needs normalisation tables or joining rules is refused with the
/// advice to write the A-label, because a wrong guess would name another host.</remarks>
internal static class ULabel
{
    public const string Prefix = "xn--";

    public static string? ToALabel(ReadOnlySpan<char> label, out string? error)
    {
        var lower = label.ToString().ToLowerInvariant();
        error = Fault(lower);
        if (error is not null)
            return null;
        var code = Punycode.Encode(lower);
        if (code is null)
            error = $"a label is longer than {DomainName.MaxLabelLength} octets in its A-label form";
        return code is null ? null : Prefix + code;
    }

    /// <summary>The U-label of an A-label, or the label itself where it is none or a false one.</summary>
    public static string FromALabel(string label)
    {
        if (!label.StartsWith(Prefix, StringComparison.Ordinal))
            return label;
        var unicode = Punycode.Decode(label.AsSpan(Prefix.Length));
        // Only what leads back to the same A-label may be shown in its place. RFC 5891 §5.4
        return unicode is not null && !Ascii.IsValid(unicode) && ToALabel(unicode, out _) == label ? unicode : label;
    }

    private static string? Fault(string label)
    {
        if (label.StartsWith('-') || label.EndsWith('-'))
            return "a label begins or ends with a hyphen";
        if (label.Length >= 4 && label[2] == '-' && label[3] == '-')
            return "a label with characters beyond ASCII has hyphens in third and fourth place"; // RFC 5891 §4.2.3.1
        bool first = true, leftward = false, rightward = false, beginsRightward = false;
        for (var i = 0; i < label.Length;)
        {
            if (Rune.DecodeFromUtf16(label.AsSpan(i), out var rune, out var length) != System.Buffers.OperationStatus.Done)
                return "the name has half a character (a lone surrogate)";
            if (!IsAllowed(label, i, rune, first))
                return $"U+{rune.Value:X4} cannot stand in a host name; if the name is registered with it, write its A-label (xn--…)";
            if (Rune.IsLetter(rune))
            {
                leftward |= IsWrittenLeftward(rune);
                rightward |= !IsWrittenLeftward(rune);
            }
            beginsRightward |= first && !IsWrittenLeftward(rune);
            first = false;
            i += length;
        }
        // One that does would be shown in another order than it is read. RFC 5893 §2, rules 1 to 5
        return leftward && (rightward || beginsRightward) ? "a label mixes writing directions" : null;
    }

    // Hebrew, Arabic and their neighbours.
    private static bool IsWrittenLeftward(Rune rune) =>
        rune.Value is (>= 0x590 and <= 0x8FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFC) or (>= 0x10800 and <= 0x10FFF) or (>= 0x1E800 and <= 0x1EFFF);

    private static bool IsAllowed(string label, int at, Rune rune, bool first) => rune.Value switch
    {
        '-' or (>= 'a' and <= 'z') or (>= '0' and <= '9') => true,
        < 0x80 => false,
        // Catalan: only between two l. RFC 5892 A.3
        0xB7 => at > 0 && at + 1 < label.Length && label[at - 1] == 'l' && label[at + 1] == 'l',
        // Composing Latin marks and Hangul jamo: the composed letter exists and is what the registry has. RFC 5891 §4.1
        (>= 0x300 and <= 0x36F) or (>= 0x1100 and <= 0x11FF) => false,
        // Ligatures, full and half width forms are other letters in disguise. RFC 5892 §2.2
        (>= 0xFB00 and <= 0xFB06) or (>= 0xFF00 and <= 0xFFEF) => false,
        0x30FB => true, // Katakana middle dot. RFC 5892 A.7
        _ => Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.DecimalDigitNumber => true,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark => !first,
            _ => false,
        },
    };
}
