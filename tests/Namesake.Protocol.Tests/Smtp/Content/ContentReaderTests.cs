using System.Buffers;
using CsCheck;
using Namesake.Protocol.Smtp.Content;

namespace Namesake.Protocol.Tests.Smtp.Content;

public sealed class ContentReaderTests
{
    private static readonly Gen<byte> Hostile = Gen.Frequency(
        (6, Gen.Byte), (4, Gen.Const((byte)'.')), (4, Gen.Const((byte)'\r')), (4, Gen.Const((byte)'\n')), (6, Gen.Const((byte)'a')));

    [Theory]
    [InlineData(".\r\n", "")]
    [InlineData("\r\n.\r\n", "\r\n")]
    [InlineData("a\r\n.\r\n", "a\r\n")]
    [InlineData("..\r\n.\r\n", ".\r\n")]
    [InlineData(".a\r\n.\r\n", "a\r\n")]
    [InlineData("...\r\n..\r\n.\r\n", "..\r\n.\r\n")]
    [InlineData("a.\r\n.b\r\n.\r\n", "a.\r\nb\r\n")]
    [InlineData("a..b\r\n.\r\n", "a..b\r\n")]
    [InlineData(". \r\n.\r\n", " \r\n")]
    [InlineData("\0\u0080\u00ff\r\n.\r\n", "\0\u0080\u00ff\r\n")]
    public void Content_is_unstuffed_and_ends_at_its_dot(string wire, string content)
    {
        foreach (var piece in new[] { int.MaxValue, 3, 2, 1 })
        {
            var (result, text, rest) = Read(new ContentReader(), wire + "QUIT\r\n", piece);
            Assert.Equal((ContentResult.Complete, content, "QUIT\r\n"), (result, text, rest));
        }
    }

    [Theory]
    [InlineData("a\n", ContentResult.BareLineFeed)]
    [InlineData("\n", ContentResult.BareLineFeed)]
    [InlineData("a\r\n\n.\r\n", ContentResult.BareLineFeed)]
    [InlineData("a\n.\r\nMAIL FROM:<>\r\n.\r\n", ContentResult.BareLineFeed)]
    [InlineData("a\r\n.\nMAIL FROM:<>\r\n.\r\n", ContentResult.BareLineFeed)]
    [InlineData("a\n.\nMAIL FROM:<>\r\n.\r\n", ContentResult.BareLineFeed)]
    [InlineData("a\r.\rMAIL FROM:<>\r\n.\r\n", ContentResult.BareCarriageReturn)]
    [InlineData("a\r\n.\rMAIL FROM:<>\r\n.\r\n", ContentResult.BareCarriageReturn)]
    [InlineData("a\r\r\n.\r\n", ContentResult.BareCarriageReturn)]
    [InlineData("a\r\n.\r\r\n", ContentResult.BareCarriageReturn)]
    [InlineData("a\rb\r\n.\r\n", ContentResult.BareCarriageReturn)]
    [InlineData("\rb", ContentResult.BareCarriageReturn)]
    [InlineData("a\r\0\n", ContentResult.BareCarriageReturn)]
    public void No_form_of_smuggled_end_ends_content(string wire, ContentResult fault)
    {
        foreach (var piece in new[] { int.MaxValue, 3, 2, 1 })
        {
            var reader = new ContentReader();
            var (result, _, _) = Read(reader, wire, piece);
            Assert.Equal(fault, result);
            Assert.Equal(fault, reader.Fault);
            Assert.Equal((550, "5.6.0"), (reader.Refusal!.Code, reader.Refusal.Enhanced.ToString()));
            Assert.False(reader.IsEnded);
        }
    }

    [Fact]
    public void The_scan_by_blocks_finds_what_a_scan_by_octets_finds()
    {
        // Long runs of harmless octets make whole blocks, so that faults and dots fall on every place in one.
        var piece = Gen.OneOf(
            Gen.Int[0, 100].Select(n => new string('x', n)), Gen.OneOf("\r\n", "\r\n.", "\r\n..", "\r\n.\r\n", ".", "é", "\0"),
            Gen.Frequency((20, Gen.Const("\r\n")), (1, Gen.OneOf("\r", "\n", "\n.\r\n", "\r.\r"))));
        Gen.Select(piece.Array[0, 30], Gen.Int[1, 90].Array[1, 6]).Sample((pieces, sizes) =>
        {
            var octets = Octets.Of(string.Concat(pieces));
            var expected = Oracle(octets, out var consumed);
            var reader = new ContentReader();
            var output = new ArrayBufferWriter<byte>();
            var input = Octets.Segmented(octets, sizes);
            Assert.Equal(expected.Result, reader.Read(ref input, output));
            if (expected.Result is ContentResult.Complete or ContentResult.NeedMore)
            {
                Assert.Equal(Octets.Text(expected.Content), Octets.Text(output.WrittenSpan));
                Assert.Equal(consumed, octets.Length - input.Length);
                Assert.Equal(expected.Content.AsSpan().Count("\r\n"u8), reader.Lines);
                Assert.Equal(expected.Content.Contains((byte)0), reader.HasNul);
                Assert.Equal(ContentScan.Is8Bit(expected.Content), reader.HasEightBit);
            }
        }, iter: 20_000);
    }

    [Fact]
    public void Pieces_do_not_matter() =>
        Gen.Select(Hostile.Array[0, 200], Gen.Int[1, 70].Array[1, 6]).Sample((octets, sizes) =>
        {
            var whole = Read(new ContentReader(), Octets.Text(octets), int.MaxValue);
            var input = Octets.Segmented(octets, sizes);
            var output = new ArrayBufferWriter<byte>();
            var reader = new ContentReader();
            Assert.Equal(whole.Result, reader.Read(ref input, output));
            Assert.Equal(whole.Text, Octets.Text(output.WrittenSpan));
            Assert.Equal(whole.Result, Read(new ContentReader(), Octets.Text(octets), 1).Result);
        }, iter: 5000);

    [Fact]
    public void After_a_fault_reading_goes_on_to_the_end_by_the_strict_rule_and_writes_nothing()
    {
        foreach (var piece in new[] { int.MaxValue, 2, 1 })
        {
            var reader = new ContentReader();
            var output = new ArrayBufferWriter<byte>();
            var results = new List<ContentResult>();
            var octets = Octets.Of("first\r\nbare\nlf\n.\nno end\n.\r\nnor here\r.\r\nnor\r\n.\rhere\r\n..\r\n.\r\nQUIT\r\n");
            var rest = 0L;
            for (int start = 0; start < octets.Length && !reader.IsEnded; start = (int)Math.Min(octets.Length, start + (long)piece))
            {
                var input = new ReadOnlySequence<byte>(octets[start..(int)Math.Min(octets.Length, start + (long)piece)]);
                while (!input.IsEmpty && !reader.IsEnded)
                    results.Add(reader.Read(ref input, output));
                rest = octets.Length - Math.Min(octets.Length, start + (long)piece) + input.Length;
            }
            Assert.Equal([ContentResult.BareLineFeed, ContentResult.BareLineFeed], results.Where(r => r != ContentResult.NeedMore));
            Assert.True(reader.IsEnded);
            Assert.Equal("QUIT\r\n".Length, rest);
            Assert.Equal("first\r\nbare", Octets.Text(output.WrittenSpan));
        }
    }

    [Fact]
    public void Content_beyond_the_limit_is_read_to_its_end_and_not_kept()
    {
        var reader = new ContentReader(maxOctets: 10);
        var output = new ArrayBufferWriter<byte>();
        var input = Octets.Segmented(Octets.Of(string.Concat(Enumerable.Repeat("12345678\r\n", 1000)) + ".\r\n"), 100);
        Assert.Equal(ContentResult.Complete, reader.Read(ref input, output));
        Assert.True(reader.IsTooLarge);
        Assert.Equal(10_000, reader.Length);
        Assert.InRange(output.WrittenCount, 0, 10);

        var exact = new ContentReader(maxOctets: 10);
        var (result, text, _) = Read(exact, "12345678\r\n.\r\n", int.MaxValue);
        Assert.Equal((ContentResult.Complete, "12345678\r\n", false), (result, text, exact.IsTooLarge));
    }

    [Theory]
    [InlineData(998, false)]
    [InlineData(999, true)]
    public void Lines_beyond_the_standard_are_noted(int length, bool isLong)
    {
        var reader = new ContentReader();
        Assert.Equal(ContentResult.Complete, Read(reader, "a\r\n" + new string('x', length) + "\r\nb\r\n.\r\n", int.MaxValue).Result);
        Assert.Equal(isLong, reader.HasLongLine);
        Assert.Equal(3, reader.Lines);
    }

    [Fact]
    public void Lines_have_a_limit_that_is_exact_wherever_they_begin()
    {
        foreach (var before in new[] { 0, 1, 7, 31, 32, 33, 100 })
            foreach (var piece in new[] { int.MaxValue, 64, 1 })
            {
                var start = new string('a', before) + "\r\n";
                Assert.Equal(ContentResult.Complete, Read(new ContentReader(maxLineLength: 200), start + new string('x', 200) + "\r\n.\r\n", piece).Result);
                var reader = new ContentReader(maxLineLength: 200);
                Assert.Equal(ContentResult.LineTooLong, Read(reader, start + new string('x', 201) + "\r\n.\r\n", piece).Result);
                Assert.Equal(550, reader.Refusal!.Code);
            }
    }

    [Fact]
    public void A_line_without_end_is_refused_and_passed_over()
    {
        var reader = new ContentReader(maxLineLength: 1000);
        var output = new ArrayBufferWriter<byte>();
        var input = new ReadOnlySequence<byte>(Octets.Of(new string('x', 1_000_000) + "\r\n.\r\n"));
        Assert.Equal(ContentResult.LineTooLong, reader.Read(ref input, output));
        Assert.Equal(ContentResult.LineTooLong, reader.Read(ref input, output));
        Assert.True(reader.IsEnded);
        Assert.InRange(output.WrittenCount, 0, 1000);
    }

    [Fact]
    public void Commands_behind_the_end_are_not_content()
    {
        var reader = new ContentReader();
        Read(reader, ".\r\n", int.MaxValue);
        var input = new ReadOnlySequence<byte>("RSET\r\n"u8.ToArray());
        Assert.Throws<InvalidOperationException>(() => reader.Read(ref input, new ArrayBufferWriter<byte>()));
    }

    private static (ContentResult Result, string Text, string Left) Read(ContentReader reader, string wire, int piece)
    {
        var octets = Octets.Of(wire);
        var output = new ArrayBufferWriter<byte>();
        var result = ContentResult.NeedMore;
        var position = 0;
        while (position < octets.Length && result == ContentResult.NeedMore)
        {
            var input = new ReadOnlySequence<byte>(octets, position, Math.Min(piece, octets.Length - position));
            var length = input.Length;
            result = reader.Read(ref input, output);
            position += (int)(length - input.Length);
        }
        return (result, Octets.Text(output.WrittenSpan), Octets.Text(octets.AsSpan(position)));
    }

    // The rule, octet by octet, as a person would write it down.
    private static (ContentResult Result, byte[] Content) Oracle(byte[] octets, out int consumed)
    {
        var content = new List<byte>();
        var lineStart = true;
        for (var i = 0; i < octets.Length; i++)
        {
            consumed = i;
            if (octets[i] == '\n')
                return (ContentResult.BareLineFeed, []);
            if (octets[i] == '\r')
            {
                if (i + 1 == octets.Length)
                    content.Add((byte)'\r');
                else if (octets[i + 1] != '\n')
                    return (ContentResult.BareCarriageReturn, []);
                else
                    content.AddRange("\r\n"u8);
                i++;
                lineStart = true;
                continue;
            }
            if (octets[i] == '.' && lineStart)
            {
                lineStart = false;
                if (octets.AsSpan(i).StartsWith(".\r\n"u8))
                {
                    consumed = i + 3;
                    return (ContentResult.Complete, [.. content]);
                }
                if (octets.AsSpan(i).SequenceEqual(".\r"u8))
                    break; // the dot and its CR wait for judgement
                if (octets.AsSpan(i).StartsWith(".\r"u8))
                    return (ContentResult.BareCarriageReturn, []);
                continue;
            }
            lineStart = false;
            content.Add(octets[i]);
        }
        consumed = octets.Length;
        return (ContentResult.NeedMore, [.. content]);
    }
}
