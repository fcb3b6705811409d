using System.Text;

namespace Namesake.Protocol.Smtp.Content;

/// <summary>Questions about content that is whole in memory.</summary>
public static class ContentScan
{
    /// <summary>True when an octet is above 127: the message needs 8BITMIME. RFC 6152 §1</summary>
    public static bool Is8Bit(ReadOnlySpan<byte> content) => !Ascii.IsValid(content);

    /// <summary>True when every CR and LF is part of a CRLF, so that the content may be sent.</summary>
    public static bool HasStrictLines(ReadOnlySpan<byte> content)
    {
        var scanner = new ContentScanner(int.MaxValue - 64);
        while (!content.IsEmpty)
        {
            content = content[scanner.Advance(content, out var mark)..];
            if (mark is ContentMark.BareCarriageReturn or ContentMark.BareLineFeed)
                return false;
            if (mark == ContentMark.DotAtLineStart)
                scanner.PassDot();
            else if (mark == ContentMark.LineTooLong)
                scanner.PassFault(mark);
        }
        return !scanner.AwaitsLineFeed;
    }
}
