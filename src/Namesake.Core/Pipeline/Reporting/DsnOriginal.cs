using MimeKit;
using Namesake.Core.Messages;
using Namesake.Protocol.Headers;
using Namesake.Protocol.Smtp.Commands;

namespace Namesake.Core.Pipeline.Reporting;

/// <summary>What of the original goes back with a report: its header, or all of it where the sender asked and it isn't large (RFC 3461 §4.3).</summary>
/// <param name="IsWhole">True: header and body.</param>
internal sealed record DsnOriginal(ReadOnlyMemory<byte> Bytes, bool IsWhole)
{
    /// <summary>Largest message that goes back whole, octets: a bounce must not be larger than what receivers take.</summary>
    public const int MostWhole = 262_144;

    /// <summary>Most of a header that goes back, octets. Above it the header ends at a field's end.</summary>
    public const int MostHeader = 65_536;

    /// <summary>Stands where the original can't be read any more.</summary>
    public static DsnOriginal Lost { get; } = new("X-Original: the content of this message could not be read\r\n\r\n"u8.ToArray(), false);

    /// <summary>Longest line that may travel. RFC 5322 §2.1.1</summary>
    private const int LongestLine = 998;

    /// <param name="part">Null: the header.</param>
    public static async Task<DsnOriginal> ReadAsync(StoredContent content, DsnReturn? part, CancellationToken stop)
    {
        var whole = part == DsnReturn.Full && content.Length <= MostWhole;
        var bytes = new byte[(int)Math.Min(content.Length, whole ? MostWhole : MostHeader)];
        if (content.Bytes is { } held)
            held[..bytes.Length].CopyTo(bytes);
        else
            await content.OpenStream().ReadExactlyAsync(bytes, stop);
        if (whole)
            return new DsnOriginal(bytes, true);
        var length = HeaderScan.Read(bytes).HeaderLength;
        return new DsnOriginal(bytes.AsMemory(0, length == bytes.Length && length < content.Length ? LastFieldEnd(bytes) : length), false);
    }

    /// <summary>The part of the report. Its bytes go back as they came: reading them into an object and out again could change what a signature covers.</summary>
    /// <param name="utf8">The original's header may hold UTF-8 (SMTPUTF8): then its type says so (RFC 6533 §5, RFC 6532 §3.7).</param>
    /// <param name="mayBeEightBit">The way of the report takes UTF-8 in headers, and so 8-bit content too.</param>
    public MimePart ToPart(bool utf8, bool mayBeEightBit)
    {
        utf8 &= Bytes.Span.ContainsAnyInRange((byte)0x80, (byte)0xFF);
        var part = new MimePart(IsWhole || utf8 ? "message" : "text", (IsWhole, utf8) switch { (true, true) => "global", (true, false) => "rfc822", (false, true) => "global-headers", _ => "rfc822-headers" })
        {
            Content = new MimeContent(new MemoryStream(Bytes.ToArray(), writable: false)),
        };
        var clean = part.GetBestEncoding(mayBeEightBit ? EncodingConstraint.EightBit : EncodingConstraint.SevenBit, LongestLine) is ContentEncoding.SevenBit or ContentEncoding.EightBit;
        part.ContentTransferEncoding = (IsWhole, utf8) switch
        {
            // message/rfc822 may not be encoded (RFC 2046 §5.2.1): it travels as the original did.
            (true, false) => Bytes.Span.ContainsAnyInRange((byte)0x80, (byte)0xFF) ? ContentEncoding.EightBit : ContentEncoding.SevenBit,
            (true, true) when !clean => ContentEncoding.Base64,
            _ when !clean => ContentEncoding.QuotedPrintable,
            _ => utf8 ? ContentEncoding.EightBit : part.GetBestEncoding(EncodingConstraint.EightBit, LongestLine),
        };
        return part;
    }

    private static int LastFieldEnd(ReadOnlySpan<byte> header)
    {
        for (var end = header.Length; end > 0;)
        {
            var line = header[..end].LastIndexOf("\r\n"u8);
            if (line < 0)
                return 0;
            if (line + 2 < header.Length && header[line + 2] is not ((byte)' ' or (byte)'\t'))
                return line + 2;
            end = line;
        }

        return 0;
    }
}
