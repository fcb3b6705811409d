using System.Buffers;
using Namesake.Protocol.Smtp.Content;

namespace Namesake.Fuzz.Targets;

internal static class ContentTargets
{
    /// <summary>Content of DATA: the same whole, cut anywhere and octet by octet; what came out can be sent on and comes out again.</summary>
    public static void Content(ReadOnlySpan<byte> input)
    {
        var output = new ArrayBufferWriter<byte>();
        var whole = new ReadOnlySequence<byte>(input.ToArray());
        var reader = new ContentReader(maxLineLength: 300);
        var result = reader.Read(ref whole, output);
        Promise.That(output.WrittenCount <= input.Length && reader.Length == output.WrittenCount);

        var cutOutput = new ArrayBufferWriter<byte>();
        var cut = Promise.Cut(input, input.Length);
        Promise.That(new ContentReader(maxLineLength: 300).Read(ref cut, cutOutput) == result);
        Promise.That(cutOutput.WrittenSpan.SequenceEqual(output.WrittenSpan) && cut.Length == whole.Length);
        Promise.That(ByOctet(input, out var consumed) == result && (result is ContentResult.NeedMore || consumed == input.Length - whole.Length));

        if (result == ContentResult.Complete)
        {
            Promise.That(ContentScan.HasStrictLines(output.WrittenSpan) && reader.IsEnded && reader.Refusal is null);
            // The end is where it is first found by looking for nothing else.
            Promise.That(consumed == (input.StartsWith(".\r\n"u8) ? 3 : input.IndexOf("\r\n.\r\n"u8) + 5));
            Stuffing(output.WrittenSpan);
        }
        else if (reader.Fault is { } fault)
            Drained(reader, whole, fault);
    }

    public static void Chunk(ReadOnlySpan<byte> input)
    {
        var output = new ArrayBufferWriter<byte>();
        var reader = new ChunkReader(maxOctets: 2000);
        foreach (var segment in Promise.Cut(input, input.Length))
            reader.Read(segment.Span, output);
        reader.End();
        Promise.That(reader.Fault is null == ContentScan.HasStrictLines(input) && reader.Length == input.Length);
        Promise.That(output.WrittenCount <= 2000 && (reader.IsTooLarge || reader.Fault is not null || output.WrittenSpan.SequenceEqual(input)));
    }

    /// <summary>Content on its way out: comes back as it was, or is refused because a line end is none.</summary>
    public static void Stuffing(ReadOnlySpan<byte> input)
    {
        var wire = new ArrayBufferWriter<byte>();
        try
        {
            DotStuffer.Write(input, wire);
        }
        catch (InvalidDataException)
        {
            Promise.That(!ContentScan.HasStrictLines(input));
            return;
        }
        Promise.That(ContentScan.HasStrictLines(input) && wire.WrittenCount <= 2 * input.Length + 5);
        var back = new ArrayBufferWriter<byte>();
        var sequence = Promise.Cut(wire.WrittenSpan, input.Length);
        Promise.That(new ContentReader(maxLineLength: int.MaxValue - 100).Read(ref sequence, back) == ContentResult.Complete && sequence.IsEmpty);
        Promise.That(back.WrittenSpan.StartsWith(input) && back.WrittenCount - input.Length is 0 or 2);
    }

    private static ContentResult ByOctet(ReadOnlySpan<byte> input, out int consumed)
    {
        var reader = new ContentReader(maxLineLength: 300);
        var output = new ArrayBufferWriter<byte>();
        for (consumed = 0; consumed < input.Length;)
        {
            var one = new ReadOnlySequence<byte>(input.Slice(consumed, 1).ToArray());
            var result = reader.Read(ref one, output);
            consumed += 1 - (int)one.Length;
            if (result != ContentResult.NeedMore)
                return result;
        }
        return ContentResult.NeedMore;
    }

    // After a fault everything up to the strict end is passed over; nothing more is written, and the fault stays what it was.
    private static void Drained(ContentReader reader, ReadOnlySequence<byte> rest, ContentResult fault)
    {
        var output = new ArrayBufferWriter<byte>();
        while (!rest.IsEmpty && !reader.IsEnded)
        {
            var before = rest.Length;
            var result = reader.Read(ref rest, output);
            Promise.That(result == (reader.IsEnded ? fault : ContentResult.NeedMore) && (rest.Length < before));
        }
        Promise.That(output.WrittenCount == 0 && reader.Fault == fault && reader.Refusal is { Code: 550 });
    }
}
