using System.Globalization;

namespace Namesake.Core.Receivers.Replies;

/// <summary>Codes of receivers in a reply's text: a code alone is enough to know what is meant, the words around it vary.</summary>
internal static class ReplyCodes
{
    private const int Longest = 32;

    /// <summary>"[TSS04]" is known as tss##, "RTR:RD" as it is; some receivers' codes are ranges and get a name of ours.</summary>
    public static ushort Find(ReadOnlySpan<char> text, Lexicon lexicon)
    {
        foreach (var family in (ReadOnlySpan<string>)["resolver.rst", "resolver.adr", "transport.rules"]) // Exchange: the rest names the restriction
            if (text.StartsWith(family, StringComparison.OrdinalIgnoreCase))
                return lexicon.Code(family);
        if (text.Length > Longest)
            return Lexicon.Other;
        Span<char> lower = stackalloc char[Longest];
        var code = lower[..text.ToLowerInvariant(lower)];
        if (lexicon.Code(code) is var known and not Lexicon.Other)
            return known;
        if (code.StartsWith("aup#", StringComparison.Ordinal))
            return Charter(code[4..], lexicon);
        if (!code.ContainsAnyInRange('0', '9'))
            return Lexicon.Other;
        if (code.StartsWith("ofr", StringComparison.Ordinal))
            return lexicon.Code(code.EndsWith("104", StringComparison.Ordinal) ? "ofr-104" : "ofr");
        if (code.StartsWith("lpn", StringComparison.Ordinal))
            return lexicon.Code("lpn");
        for (var i = 0; i < code.Length; i++)
            if (char.IsAsciiDigit(code[i]))
                code[i] = '#';
        return lexicon.Code(code);
    }

    /// <summary>A link's "c=rdns", or a part of its path.</summary>
    public static ushort Parameter(ReadOnlySpan<char> text, Lexicon lexicon)
    {
        if (text.Length > Longest)
            return Lexicon.Other;
        Span<char> lower = stackalloc char[Longest];
        var code = lower[..text.ToLowerInvariant(lower)];
        if (lexicon.Code(code) is var known and not Lexicon.Other)
            return known;
        foreach (var list in (ReadOnlySpan<string>)["sblcss", "pbl"]) // the list's name and a number
            if (code.StartsWith(list, StringComparison.Ordinal) && !code[list.Length..].ContainsAnyExceptInRange('0', '9'))
                return lexicon.Code(list);
        return Lexicon.Other;
    }

    // Charter and Spectrum number what they refuse: "AUP#In-1310", "AUP#1150". Cox uses the same mark before words: "AUP#CXDNS".
    private static ushort Charter(ReadOnlySpan<char> code, Lexicon lexicon)
    {
        var digits = code.Length >= 4 ? code[^4..] : default;
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return lexicon.Code(code);
        return lexicon.Code(number switch
        {
            >= 1100 and <= 1150 => "aup-rdns",
            >= 1200 and <= 1250 or 1000 => "aup-listed",
            >= 1300 and <= 1340 => "aup-connections",
            >= 1350 and <= 1490 or 1540 or 1580 => "aup-rate",
            1530 => "aup-size",
            _ => "aup",
        });
    }
}
