using System.Buffers;

namespace Namesake.Protocol.Smtp.Content;

/// <summary>Encodes content for DATA: doubles the dots at line starts and ends it with CRLF.CRLF. RFC 5321 §4.5.2</summary>
/// <remarks>Content that has no dot at a line start goes out in one copy. A bare CR or LF is never emitted, whoever stored it: the peer might take it for a line end and read the rest of the
/// message as commands.</remarks>
public sealed class DotStuffer
{
    private ContentScanner scanner = new(int.MaxValue - 64);

    /// <summary>Encodes a whole message.</summary>
    /// <exception cref="InvalidDataException">The content has a bare CR or LF. What was written has no end; the connection must be dropped.</exception>
    public static void Write(ReadOnlySpan<byte> content, IBufferWriter<byte> output)
    {
        var stuffer = new DotStuffer();
        stuffer.WriteChunk(content, output);
        stuffer.Finish(output);
    }

    /// <summary>Encodes a piece of the message; pieces may be cut anywhere.</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public void WriteChunk(ReadOnlySpan<byte> chunk, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        while (!chunk.IsEmpty)
        {
            var ordinary = scanner.Advance(chunk, out var mark);
            output.Write(chunk[..ordinary]);
            chunk = chunk[ordinary..];
            switch (mark)
            {
                case ContentMark.DotAtLineStart:
                    output.Write("."u8);
                    scanner.PassDot();
                    break;
                case ContentMark.LineTooLong:
                    scanner.PassFault(mark);
                    break;
                case ContentMark.BareLineFeed or ContentMark.BareCarriageReturn:
                    throw new InvalidDataException("The content has a CR or LF that is no part of a CRLF.");
            }
        }
    }

    /// <summary>Ends the last line where it has no end, and the content.</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public void Finish(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (scanner.AwaitsLineFeed)
            throw new InvalidDataException("The content ends with a CR that is no part of a CRLF.");
        output.Write(scanner.AtLineStart ? ".\r\n"u8 : "\r\n.\r\n"u8);
    }
}
