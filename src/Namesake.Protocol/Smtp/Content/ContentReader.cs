using System.Buffers;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Smtp.Content;

/// <summary>Decodes what a client sends after DATA: takes the stuffed dots out and finds the end. RFC 5321 §4.5.2</summary>
/// <remarks>
/// <para>One reader per message, fed with chunks of any size. Only CRLF ends a line and only CRLF.CRLF ends the content (a dot alone on the first line is the end of an empty one).</para>
/// <para>A bare CR or LF is reported once, when it is met. The caller may answer <see cref="Refusal"/> and close at once, or go on calling <see cref="Read"/>: it then writes
/// nothing more, passes over everything up to the end by the strict rule and reports the same fault again with <see cref="IsEnded"/> set, so that the client hears its answer where it
/// listens for it. In neither case may a command be read afterwards: client and server don't agree on where content ends.</para>
/// <para>NUL and octets above 127 pass and are noted: they harm nobody here. NUL is forbidden (RFC 5322 §2.3) and the caller's to refuse; for the others 8BITMIME is needed (RFC 6152).</para>
/// </remarks>
public sealed class ContentReader(long maxOctets = long.MaxValue, int maxLineLength = ContentReader.DefaultMaxLineLength)
{
    /// <summary>Longest line by the standard, in octets without CRLF; longer ones are common and pass. RFC 5321 §4.5.3.1.6</summary>
    public const int StandardLineLength = 998;

    /// <summary>64 KiB: real newsletters hold lines of tens of kilobytes, nothing that a person wrote holds more.</summary>
    public const int DefaultMaxLineLength = 64 * 1024;

    private enum Place
    {
        Text,
        Dot, // a dot at the start of a line, not yet judged
        DotReturn, // and a CR behind it
        End,
    }

    private ContentScanner scanner = new(maxLineLength);
    private Place place;

    /// <summary>Octets of decoded content so far, also those that were not written because there were too many.</summary>
    public long Length { get; private set; }

    /// <summary>True when the content is longer than the limit given. Reading goes on, writing has stopped; the answer at the end is 552 5.3.4.</summary>
    public bool IsTooLarge => Length > maxOctets;

    /// <summary>The first fault; null while the content is clean.</summary>
    public ContentResult? Fault { get; private set; }

    /// <summary>The end of the content has been consumed.</summary>
    public bool IsEnded => place == Place.End;

    /// <summary>Lines ended by CRLF so far.</summary>
    public long Lines => scanner.Lines;

    /// <summary>A line was longer than <see cref="StandardLineLength"/>.</summary>
    public bool HasLongLine => scanner.HasLongLine;

    /// <summary>The content holds a NUL, which no message may.</summary>
    public bool HasNul => scanner.HasNul;

    /// <summary>The content needs 8BITMIME.</summary>
    public bool HasEightBit => scanner.HasEightBit;

    /// <summary>The answer the fault deserves; null while the content is clean.</summary>
    public SmtpReply? Refusal => Fault is { } fault ? ContentFault.Refusal(fault, maxLineLength) : null;

    /// <summary>Takes what it can from the start of the input and appends the decoded content to the output.</summary>
    /// <exception cref="InvalidOperationException">The end was read before.</exception>
    public ContentResult Read(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (IsEnded)
            throw new InvalidOperationException("The content has ended; what follows are commands.");
        while (!input.IsEmpty)
        {
            var clean = Fault is null;
            var span = input.FirstSpan;
            var consumed = Take(span, output);
            input = input.Slice(consumed);
            if (clean && Fault is { } fault)
                return fault;
            if (IsEnded)
                return Fault ?? ContentResult.Complete;
        }
        return ContentResult.NeedMore;
    }

    // Stops at the end of the span, the end of the content or a first fault.
    private int Take(ReadOnlySpan<byte> span, IBufferWriter<byte> output)
    {
        var position = 0;
        while (position < span.Length)
        {
            if (place != Place.Text)
            {
                if (!JudgeDot(span[position], ref position))
                    return position;
                continue;
            }
            var ordinary = scanner.Advance(span[position..], out var mark);
            Write(span.Slice(position, ordinary), output);
            position += ordinary;
            if (mark == ContentMark.DotAtLineStart)
            {
                place = Place.Dot;
                position++;
            }
            else if (mark != ContentMark.None)
            {
                var first = Fault is null;
                SetFault(mark);
                if (mark == ContentMark.BareLineFeed)
                    position++;
                if (first)
                    return position;
            }
        }
        return position;
    }

    /// <returns>False when reading stops here.</returns>
    private bool JudgeDot(byte octet, ref int position)
    {
        if (place == Place.Dot)
        {
            if (octet == '\r')
            {
                place = Place.DotReturn;
                position++;
                return true;
            }
            // The dot was stuffed (RFC 5321 §4.5.2), or a fault follows that the scanner will find.
            place = Place.Text;
            scanner.PassDot();
            return true;
        }
        if (octet == '\n')
        {
            place = Place.End;
            position++;
            return false;
        }
        place = Place.Text;
        scanner.PassDot();
        var first = Fault is null;
        SetFault(ContentMark.BareCarriageReturn);
        return !first;
    }

    private void SetFault(ContentMark mark)
    {
        Fault ??= ContentFault.Of(mark);
        scanner.PassFault(mark);
    }

    private void Write(ReadOnlySpan<byte> octets, IBufferWriter<byte> output)
    {
        Length += octets.Length;
        if (Fault is null && !IsTooLarge)
            output.Write(octets);
    }
}
