namespace Namesake.Protocol.Headers;

/// <summary>Walks over a header field by field, each with its continuation lines and last CRLF. RFC 5322 §2.2</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> content)
{
    private readonly ReadOnlySpan<byte> content = content;

    /// <summary>Octets passed over, the field included.</summary>
    public int Position { get; private set; }

    public ReadOnlySpan<byte> Field { get; private set; }

    /// <summary>The field's last line has its CRLF.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>This is no field but the line that ends the header.</summary>
    public readonly bool IsBlankLine => Field.SequenceEqual("\r\n"u8);

    public bool MoveNext()
    {
        if (Position == content.Length)
            return false;
        var length = Length(content[Position..], out var ended);
        Field = content.Slice(Position, length);
        Position += length;
        IsEnded = ended;
        return true;
    }

    /// <returns>False when the line is no field: it has no colon, or no name in front of it.</returns>
    public readonly bool TrySplit(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        var colon = Field.IndexOf((byte)':');
        if (colon < 0)
            return false;
        name = Field[..colon].TrimEnd(" \t"u8); // white space before the colon: obsolete, but readers accept it. RFC 5322 §4.5
        value = Field[(colon + 1)..];
        return !name.IsEmpty && !name.ContainsAnyExceptInRange((byte)33, (byte)126);
    }

    private static int Length(ReadOnlySpan<byte> rest, out bool ended)
    {
        var length = 0;
        while (true)
        {
            var end = rest[length..].IndexOf("\r\n"u8);
            ended = end >= 0;
            if (!ended)
                return rest.Length;
            length += end + 2;
            // The blank line ends the header even where white space follows it.
            if (end == 0 && length == 2)
                return length;
            if (length == rest.Length || rest[length] is not ((byte)' ' or (byte)'\t'))
                return length;
        }
    }
}
