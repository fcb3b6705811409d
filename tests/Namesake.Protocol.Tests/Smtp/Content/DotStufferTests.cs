using System.Buffers;
using CsCheck;
using Namesake.Protocol.Smtp.Content;

namespace Namesake.Protocol.Tests.Smtp.Content;

public sealed class DotStufferTests
{
    private static readonly Gen<byte[]> Strict = Gen.OneOf(
        Gen.Int[0, 90].Select(n => new string('x', n)), Gen.OneOf("\r\n", "\r\n.", ".", "..", "\r\n..", "é", "\0")).Array[0, 30].Select(p => Octets.Of(string.Concat(p)));

    [Theory]
    [InlineData("", ".\r\n")]
    [InlineData("\r\n", "\r\n.\r\n")]
    [InlineData("a", "a\r\n.\r\n")]
    [InlineData("a\r\n", "a\r\n.\r\n")]
    [InlineData(".", "..\r\n.\r\n")]
    [InlineData(".\r\n", "..\r\n.\r\n")]
    [InlineData("..", "...\r\n.\r\n")]
    [InlineData("a\r\n.\r\nQUIT\r\n", "a\r\n..\r\nQUIT\r\n.\r\n")]
    [InlineData("a.b\r\nc.\r\n", "a.b\r\nc.\r\n.\r\n")]
    public void Dots_at_line_starts_are_doubled_and_the_end_is_added(string content, string wire)
    {
        Assert.Equal(wire, Octets.Written(o => DotStuffer.Write(Octets.Of(content), o)));
        Assert.Equal(wire, InPieces(Octets.Of(content), [1]));
    }

    [Fact]
    public void What_is_stuffed_is_read_back() =>
        Gen.Select(Strict, Gen.Int[1, 70].Array[1, 6]).Sample((content, sizes) =>
        {
            var wire = InPieces(content, sizes);
            Assert.Equal(wire, Octets.Written(o => DotStuffer.Write(content, o)));
            var input = Octets.Segmented(Octets.Of(wire), sizes);
            var output = new ArrayBufferWriter<byte>();
            Assert.Equal(ContentResult.Complete, new ContentReader().Read(ref input, output));
            Assert.True(input.IsEmpty);
            var ended = content.Length == 0 || content.AsSpan().EndsWith("\r\n"u8);
            Assert.Equal(Octets.Text(content) + (ended ? "" : "\r\n"), Octets.Text(output.WrittenSpan));
        }, iter: 10_000);

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("\n")]
    [InlineData("a\r")]
    [InlineData("a\r\n.\nMAIL FROM:<>\r\n")]
    public void A_bare_CR_or_LF_is_never_emitted(string content)
    {
        Assert.Throws<InvalidDataException>(() => DotStuffer.Write(Octets.Of(content), new ArrayBufferWriter<byte>()));
        Assert.Throws<InvalidDataException>(() => InPieces(Octets.Of(content), [1]));
        Assert.False(ContentScan.HasStrictLines(Octets.Of(content)));
    }

    [Fact]
    public void Nothing_that_stuffing_emits_can_end_the_content_early() =>
        Gen.OneOf(Gen.Byte, Gen.Char["\r\n.a"].Select(c => (byte)c)).Array[0, 80].Sample(content =>
        {
            string wire;
            try
            {
                wire = Octets.Written(o => DotStuffer.Write(content, o));
            }
            catch (InvalidDataException)
            {
                Assert.False(ContentScan.HasStrictLines(content));
                return;
            }
            Assert.True(ContentScan.HasStrictLines(content));
            foreach (var end in new[] { "\r\n.\r\n", "\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n" })
                Assert.DoesNotContain(end, ("\r\n" + wire)[..^1], StringComparison.Ordinal); // the whole, but for its last octet
        }, iter: 5000);

    [Theory]
    [InlineData("plain", false)]
    [InlineData("", false)]
    [InlineData("\u007f", false)]
    [InlineData("gr\u00fc\u00dfe", true)]
    public void Octets_above_127_need_8BITMIME(string content, bool needs) => Assert.Equal(needs, ContentScan.Is8Bit(Octets.Of(content)));

    [Fact]
    public void Long_lines_are_not_folded()
    {
        var line = new string('x', 300_000);
        Assert.Equal(line + "\r\n.\r\n", InPieces(Octets.Of(line), [65536]));
    }

    private static string InPieces(byte[] content, int[] sizes) => Octets.Written(output =>
    {
        var stuffer = new DotStuffer();
        foreach (var segment in Octets.Segmented(content, sizes))
            stuffer.WriteChunk(segment.Span, output);
        stuffer.Finish(output);
    });
}
