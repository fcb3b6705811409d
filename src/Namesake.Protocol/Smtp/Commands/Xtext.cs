using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Namesake.Protocol.Smtp.Commands;

/// <summary>The encoding of values in parameters: <c>+3D</c> for what may not stand bare (RFC 3461 §4), <c>\x{2764}</c> beside UTF-8 in addresses of type utf-8 (RFC 6533 §3).</summary>
internal static class Xtext
{
    /// <summary>Decodes; false for what is no xtext, and for what would decode to a control character.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, bool unicode, [NotNullWhen(true)] out string? value)
    {
        value = null;
        var octets = new byte[text.Length];
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var octet = text[i];
            if (unicode && octet == '\\')
            {
                if (!TryReadPoint(text, ref i, out var rune))
                    return false;
                count += rune.EncodeToUtf8(octets.AsSpan(count)); // \x{…} is never shorter than what it means
                continue;
            }
            if (octet == '+' && !unicode)
            {
                if (i + 2 >= text.Length || !byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out octet))
                    return false;
                i += 2;
            }
            else if (octet is <= 32 or 127 or (byte)'=' || (octet >= 0x80 && !unicode))
                return false;
            if (octet is < 32 or 127)
                return false;
            octets[count++] = octet;
        }
        if (!Utf8.IsValid(octets.AsSpan(0, count)))
            return false;
        value = Encoding.UTF8.GetString(octets, 0, count);
        return true;
    }

    /// <summary>Encodes into printable ASCII without space, plus and equals sign.</summary>
    public static string Encode(string value, bool unicode)
    {
        var text = new StringBuilder(value.Length + 8);
        Span<byte> octets = stackalloc byte[4];
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value is > 32 and < 127 and not '+' and not '=' && !(unicode && rune.Value == '\\'))
                text.Append((char)rune.Value);
            else if (unicode)
                text.Append(CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X2}}}");
            else
                foreach (var octet in octets[..rune.EncodeToUtf8(octets)])
                    text.Append(CultureInfo.InvariantCulture, $"+{octet:X2}");
        }
        return text.ToString();
    }

    private static bool TryReadPoint(ReadOnlySpan<byte> text, ref int at, out Rune rune)
    {
        rune = default;
        var rest = text[at..];
        var end = rest.IndexOf((byte)'}');
        if (end is < 5 or > 9 || rest[1] != 'x' || rest[2] != '{'
            || !int.TryParse(rest[3..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point)
            || !Rune.TryCreate(point, out rune) || Rune.IsControl(rune))
            return false;
        at += end;
        return true;
    }
}
