using System.Collections.Immutable;
using Namesake.Protocol.Addresses;

namespace Namesake.Protocol.Headers;

/// <summary>Reads the addresses of a From field: display names, comments, groups, source routes and folding are passed over. RFC 5322 §3.4 and §4.4</summary>
/// <remarks>Obsolete forms are read, because the receiver's mail program reads them; everything else makes the list malformed. Nesting is counted, not recursed into.</remarks>
internal static class AddressList
{
    /// <summary>Most addresses kept; no person writes From with more.</summary>
    private const int MaxAddresses = 100;

    /// <summary>Appends what was read.</summary>
    /// <returns>False when anything in the field is no address, or there is none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> value, ImmutableArray<Mailbox>.Builder addresses)
    {
        var reader = new TokenReader(value);
        var before = addresses.Count;
        var inGroup = false;
        var sound = true;
        Span<byte> text = stackalloc byte[2 * Mailbox.MaxOctets];
        while (reader.MoveNext())
        {
            switch (reader.Kind)
            {
                case (byte)',':
                    continue; // an empty element: RFC 5322 §4.4
                case (byte)';' when inGroup:
                    inGroup = false;
                    continue;
            }
            var result = ReadElement(ref reader, text, out var length);
            if (result == Element.GroupName && !inGroup)
                inGroup = true;
            else if (result == Element.Address && addresses.Count < MaxAddresses && Mailbox.TryParse(text[..length], allowUtf8: true, out var mailbox, out _))
                addresses.Add(mailbox);
            else
            {
                sound = false;
                reader.SkipTo(',', ';');
            }
            if (result == Element.Address)
                sound &= EndsHere(ref reader);
        }
        return sound && !inGroup && !reader.IsBroken && addresses.Count > before;
    }

    private enum Element
    {
        Broken,
        Address,
        GroupName,
    }

    // Words are a display name, a group's name or a local part; what follows them tells which.
    private static Element ReadElement(ref TokenReader reader, scoped Span<byte> text, out int length)
    {
        length = 0;
        var oneWord = true; // the words so far may be a local part
        while (true)
        {
            switch (reader.Kind)
            {
                case TokenReader.Word:
                    oneWord &= reader.TryAppendTo(text, ref length);
                    break;
                case (byte)'<':
                    length = 0;
                    return ReadAngle(ref reader, text, ref length) ? Element.Address : Element.Broken;
                case (byte)'@':
                    return oneWord && length > 0 && ReadDomain(ref reader, text, ref length) ? Element.Address : Element.Broken;
                case (byte)':':
                    return Element.GroupName;
                default:
                    return Element.Broken;
            }
            if (!reader.MoveNext())
                return Element.Broken;
        }
    }

    private static bool ReadAngle(ref TokenReader reader, scoped Span<byte> text, ref int length)
    {
        if (!reader.MoveNext())
            return false;
        if (reader.Kind == '@') // a source route: RFC 5322 §4.4
        {
            reader.SkipTo(':', '>');
            if (!reader.MoveNext() || reader.Kind != ':' || !reader.MoveNext())
                return false;
        }
        for (; reader.Kind == TokenReader.Word; reader.MoveNext())
            if (!reader.TryAppendTo(text, ref length))
                return false;
        return length > 0 && reader.Kind == '@' && ReadDomain(ref reader, text, ref length) && reader.MoveNext() && reader.Kind == '>';
    }

    // Ends on the domain's last token, so that the caller moves on to what follows.
    private static bool ReadDomain(ref TokenReader reader, scoped Span<byte> text, ref int length)
    {
        if (length == text.Length)
            return false;
        text[length++] = (byte)'@';
        var start = length;
        while (reader.PeekIsAtom())
        {
            reader.MoveNext();
            if (!reader.TryAppendTo(text, ref length))
                return false;
        }
        return length > start;
    }

    private static bool EndsHere(ref TokenReader reader)
    {
        if (reader.PeekIsEndOfElement())
            return true;
        reader.SkipTo(',', ';');
        return false;
    }
}
