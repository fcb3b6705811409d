using System.Globalization;
using System.Text;

namespace Namesake.Configuration.Yaml;

/// <summary>From bytes to text fit for the YAML scanner: UTF-8, of bearable size, without characters YAML forbids (YAML 1.2.2 §5.1).</summary>
internal static class YamlText
{
    /// <summary>Room for some 50,000 sources; far below what would hurt.</summary>
    public const int MostBytes = 10 * 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null when it can't be; then a problem says why and where.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes, Problems problems)
    {
        if (bytes.Length > MostBytes)
            return Refuse(null, string.Create(CultureInfo.InvariantCulture, $"the file is larger than {MostBytes / 1024 / 1024} MiB: this is not a configuration"), problems);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return Refuse(null, "the file is UTF-16: save it as UTF-8", problems);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            bytes = bytes[3..];
        var bad = FirstInvalid(bytes);
        if (bad >= 0)
            return Refuse(PlaceOf(Encoding.Latin1.GetString(bytes[..bad])),
                string.Create(CultureInfo.InvariantCulture, $"the byte 0x{bytes[bad]:X2} is not UTF-8: save the file as UTF-8"), problems);
        return Check(Strict.GetString(bytes), problems);
    }

    /// <summary>The same rules for text that is decoded already.</summary>
    public static string? Check(string text, Problems problems)
    {
        if (text.Length > MostBytes)
            return Refuse(null, string.Create(CultureInfo.InvariantCulture, $"the text is longer than {MostBytes / 1024 / 1024} MiB: this is not a configuration"), problems);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\t' or '\n' or '\r' or (>= ' ' and not '\u007f' and not (>= '\u0080' and < '\u00a0' and not '\u0085') and not '\ufffe' and not '\uffff'))
                continue;
            return Refuse(PlaceOf(text.AsSpan(0, i)), string.Create(CultureInfo.InvariantCulture, $"a control character (U+{(int)c:X4}) cannot stand in YAML: remove it"), problems);
        }
        return text;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var offset = 0;
        while (offset < bytes.Length)
        {
            if (Rune.DecodeFromUtf8(bytes[offset..], out _, out var consumed) != System.Buffers.OperationStatus.Done)
                return offset;
            offset += consumed;
        }
        return -1;
    }

    private static Place PlaceOf(ReadOnlySpan<char> before)
    {
        var line = before.Count('\n') + 1;
        return new Place(line, before.Length - (before.LastIndexOf('\n') + 1) + 1);
    }

    private static string? Refuse(Place? place, string text, Problems problems)
    {
        problems.Error(place, text);
        return null;
    }
}
