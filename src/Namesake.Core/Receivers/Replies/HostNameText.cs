namespace Namesake.Core.Receivers.Replies;

/// <summary>Whether a piece of text is a host name, and not two sentences without a blank between them.</summary>
internal static class HostNameText
{
    public static bool Is(ReadOnlySpan<char> text, Lexicon lexicon)
    {
        if (text.Length is < 4 or > 253)
            return false;
        var lastDot = text.LastIndexOf('.');
        if (lastDot <= 0 || text.Length - lastDot < 3 || !char.IsAsciiLetter(text[lastDot + 1]))
            return false;
        var words = true;
        for (var start = 0; start < text.Length;)
        {
            var length = text[start..].IndexOf('.');
            var label = length < 0 ? text[start..] : text.Slice(start, length);
            if (label.IsEmpty || label.Length > 63)
                return false;
            foreach (var c in label)
                if (!char.IsLetterOrDigit(c) && c != '-')
                    return false;
            words = words && IsWord(label, lexicon);
            start += label.Length + 1;
        }

        // "rejected.Please": a sentence begins with one capital letter, a top level doesn't.
        return !words && !(char.IsUpper(text[lastDot + 1]) && char.IsLower(text[lastDot + 2]) && char.IsLower(text[lastDot - 1]));
    }

    private static bool IsWord(ReadOnlySpan<char> label, Lexicon lexicon)
    {
        if (label.Length > 24)
            return false;
        Span<char> lower = stackalloc char[24];
        return lexicon.Knows(lower[..label.ToLowerInvariant(lower)]);
    }
}
