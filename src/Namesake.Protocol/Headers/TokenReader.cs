using Namesake.Protocol.Addresses;

namespace Namesake.Protocol.Headers;

/// <summary>Cuts a structured field into words and special characters; comments and white space (also folded) are passed over. RFC 5322 §3.2</summary>
internal ref struct TokenReader(ReadOnlySpan<byte> value)
{
    /// <summary>The <see cref="Kind"/> of atoms with their dots, and of quoted strings; other kinds are the special character itself.</summary>
    public const byte Word = (byte)'a';

    private ReadOnlySpan<byte> rest = value;
    private ReadOnlySpan<byte> token = default;
    private bool wordBefore;

    public byte Kind { get; private set; }

    /// <summary>A comment or quoted string had no end, or a character stood where none may: the rest is not read.</summary>
    public bool IsBroken { get; private set; }

    public bool MoveNext()
    {
        wordBefore = Kind == Word;
        Kind = 0;
        SkipSpace();
        if (rest.IsEmpty)
            return false;
        var length = rest[0] == '"' ? QuotedLength() : AtomLength();
        if (length > 0)
            Kind = Word;
        else if ("<>@,;:[]"u8.Contains(rest[0]))
            (Kind, length) = (rest[0], 1);
        else
        {
            IsBroken = true;
            rest = default;
            return false;
        }
        token = rest[..length];
        rest = rest[length..];
        return true;
    }

    /// <summary>Adds the word to a local part or domain; white space is allowed there beside dots only. RFC 5322 §4.4</summary>
    /// <returns>False when the word can't be one's part, or there is no room.</returns>
    public readonly bool TryAppendTo(scoped Span<byte> text, ref int length)
    {
        var joined = !wordBefore || length == 0 || token[0] == '.' || text[length - 1] == '.';
        if (!joined)
            return false;
        foreach (var octet in token)
        {
            if (octet is (byte)'\r' or (byte)'\n') // folding inside quotes is no part of what is quoted. RFC 5322 §3.2.4
                continue;
            if (length == text.Length)
                return false;
            text[length++] = octet;
        }
        return true;
    }

    public bool PeekIsAtom()
    {
        SkipSpace();
        return !rest.IsEmpty && AtomLength() > 0;
    }

    public bool PeekIsEndOfElement()
    {
        SkipSpace();
        return rest.IsEmpty || rest[0] is (byte)',' or (byte)';';
    }

    /// <summary>Passes over tokens until one of two special characters comes next.</summary>
    public void SkipTo(char first, char second)
    {
        while (true)
        {
            SkipSpace();
            if (rest.IsEmpty || rest[0] == first || rest[0] == second || !MoveNext())
                return;
        }
    }

    private void SkipSpace()
    {
        while (!rest.IsEmpty)
        {
            if (rest[0] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                rest = rest[1..];
            else if (rest[0] != '(' || !SkipComment())
                return;
        }
    }

    private bool SkipComment()
    {
        var depth = 0;
        for (var i = 0; i < rest.Length; i++)
        {
            switch (rest[i])
            {
                case (byte)'\\':
                    i++;
                    break;
                case (byte)'(':
                    depth++;
                    break;
                case (byte)')' when --depth == 0:
                    rest = rest[(i + 1)..];
                    return true;
            }
        }
        IsBroken = true;
        rest = default;
        return false;
    }

    private readonly int AtomLength()
    {
        var length = 0;
        while (length < rest.Length && (rest[length] == '.' || LocalPart.IsAtomOctet(rest[length])))
            length++;
        return length;
    }

    private readonly int QuotedLength()
    {
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '\\')
                i++;
            else if (rest[i] == '"')
                return i + 1;
        }
        return 0;
    }
}
