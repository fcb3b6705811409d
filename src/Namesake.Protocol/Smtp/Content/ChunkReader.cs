using System.Buffers;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Smtp.Content;

/// <summary>Judges content that comes in chunks of BDAT, RFC 3030: no dots and no end mark, but the same lines as in DATA.</summary>
/// <remarks>BINARYMIME is not offered, so a bare CR or LF is as wrong here as there; unnoticed it would surface when the message has to be sent on with DATA. One reader per message;
/// after a fault nothing more is written, the chunks are read to their ends, and the last one is answered with <see cref="Refusal"/>. The session may go on: chunks say where they end.</remarks>
public sealed class ChunkReader(long maxOctets = long.MaxValue, int maxLineLength = ContentReader.DefaultMaxLineLength)
{
    private ContentScanner scanner = new(maxLineLength);

    /// <summary>Octets so far, also those that were not written.</summary>
    public long Length { get; private set; }

    /// <summary>True when the chunks together are longer than the limit given; the answer is 552 5.3.4.</summary>
    public bool IsTooLarge => Length > maxOctets;

    /// <summary>The first fault; null while the content is clean.</summary>
    public ContentResult? Fault { get; private set; }

    /// <inheritdoc cref="ContentReader.Refusal"/>
    public SmtpReply? Refusal => Fault is { } fault ? ContentFault.Refusal(fault, maxLineLength) : null;

    /// <inheritdoc cref="ContentReader.HasLongLine"/>
    public bool HasLongLine => scanner.HasLongLine;

    public bool HasNul => scanner.HasNul;

    /// <inheritdoc cref="ContentReader.HasEightBit"/>
    public bool HasEightBit => scanner.HasEightBit;

    /// <summary>Takes octets of a chunk; appends them to the output while all is well.</summary>
    public void Read(ReadOnlySpan<byte> octets, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Length += octets.Length;
        while (!octets.IsEmpty && Fault is null)
        {
            var ordinary = scanner.Advance(octets, out var mark);
            if (!IsTooLarge)
                output.Write(octets[..ordinary]);
            octets = octets[ordinary..];
            if (mark == ContentMark.DotAtLineStart)
                scanner.PassDot();
            else if (mark != ContentMark.None)
                Fault = ContentFault.Of(mark);
        }
    }

    /// <summary>The last chunk has come.</summary>
    public void End()
    {
        if (scanner.AwaitsLineFeed)
            Fault ??= ContentResult.BareCarriageReturn;
    }
}
