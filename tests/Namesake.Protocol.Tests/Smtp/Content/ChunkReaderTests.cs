using System.Buffers;
using CsCheck;
using Namesake.Protocol.Smtp.Content;

namespace Namesake.Protocol.Tests.Smtp.Content;

public sealed class ChunkReaderTests
{
    [Fact]
    public void Chunks_are_taken_as_they_are()
    {
        var content = "..\r\n.\r\n.a\r\nn\u00e4h\0\r\nno end";
        var (reader, written) = Read(content, 1);
        Assert.Equal(content, written);
        Assert.Null(reader.Fault);
        Assert.Null(reader.Refusal);
        Assert.True(reader.HasEightBit && reader.HasNul);
        Assert.Equal(content.Length, reader.Length);
    }

    [Theory]
    [InlineData("a\nb", ContentResult.BareLineFeed)]
    [InlineData("a\rb", ContentResult.BareCarriageReturn)]
    [InlineData("a\r\n.\nMAIL FROM:<>\r\n", ContentResult.BareLineFeed)]
    [InlineData("a\r", ContentResult.BareCarriageReturn)]
    public void Lines_are_judged_as_in_DATA(string content, ContentResult fault)
    {
        foreach (var piece in new[] { 100, 1 })
        {
            var (reader, _) = Read(content, piece);
            Assert.Equal(fault, reader.Fault);
            Assert.Equal("550 5.6.0", $"{reader.Refusal!.Code} {reader.Refusal.Enhanced}");
        }
    }

    [Fact]
    public void What_passes_can_be_sent_on() =>
        Gen.Select(Gen.OneOf(Gen.Byte, Gen.Char["\r\n.a"].Select(c => (byte)c)).Array[0, 60], Gen.Int[1, 40].Array[1, 4]).Sample((content, sizes) =>
        {
            var reader = new ChunkReader();
            var output = new ArrayBufferWriter<byte>();
            foreach (var segment in Octets.Segmented(content, sizes))
                reader.Read(segment.Span, output);
            reader.End();
            Assert.Equal(ContentScan.HasStrictLines(content), reader.Fault is null);
            if (reader.Fault is null)
            {
                Assert.Equal(Octets.Text(content), Octets.Text(output.WrittenSpan));
                DotStuffer.Write(content, new ArrayBufferWriter<byte>());
            }
        }, iter: 5000);

    [Fact]
    public void Octets_beyond_the_limit_are_not_kept()
    {
        var reader = new ChunkReader(maxOctets: 10);
        var output = new ArrayBufferWriter<byte>();
        reader.Read(new byte[10], output);
        Assert.False(reader.IsTooLarge);
        reader.Read(new byte[1000], output);
        Assert.True(reader.IsTooLarge);
        Assert.Equal((1010, 10), (reader.Length, output.WrittenCount));
    }

    [Fact]
    public void Lines_have_a_limit() => Assert.Equal(ContentResult.LineTooLong, Read(new string('x', ContentReader.DefaultMaxLineLength + 1), 100).Reader.Fault);

    private static (ChunkReader Reader, string Written) Read(string content, int piece)
    {
        var reader = new ChunkReader();
        var output = new ArrayBufferWriter<byte>();
        foreach (var chunk in Octets.Of(content).Chunk(piece))
            reader.Read(chunk, output);
        reader.End();
        return (reader, Octets.Text(output.WrittenSpan));
    }
}
