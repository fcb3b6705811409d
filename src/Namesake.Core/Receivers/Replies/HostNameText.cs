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
            words = words && IsWord(label, lexicon, last: start > lastDot);
            start += label.Length + 1;
        }

        // "rejected.please", "rejected.Please": a sentence may begin with a word that no top level is called, or with one capital letter.
        return !words && !(char.IsUpper(text[lastDot + 1]) && char.IsLower(text[lastDot + 2]) && char.IsLower(text[lastDot - 1]));
    }

    private static bool IsWord(ReadOnlySpan<char> label, Lexicon lexicon, bool last)
    {
        if (label.Length > 24)
            return false;
        Span<char> lower = stackalloc char[24];
        var token = lexicon.Word(lower[..label.ToLowerInvariant(lower)]);
        return last ? token == Lexicon.Silent && label.Length > 3 : token != Lexicon.Other;
    }
}
