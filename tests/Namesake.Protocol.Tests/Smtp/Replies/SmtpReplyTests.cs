using System.Buffers;
using CsCheck;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Tests.Smtp.Replies;

public sealed class SmtpReplyTests
{
    private static readonly Gen<EnhancedStatusCode> Code =
        Gen.Select(Gen.OneOf(2, 4, 5), Gen.Int[0, 999], Gen.Int[0, 999], (c, s, d) => new EnhancedStatusCode(c, s, d));

    private static readonly Gen<string> Line = Gen.String[Gen.Char[" -.:<>[]0123456789abcXYZ~!"], 0, 100];

    [Fact]
    public void What_is_written_is_read_back() =>
        Gen.Select(Code, Gen.Int[0, 99], Line.Array[1, 20], (enhanced, rest, lines) => new SmtpReply(enhanced.Class * 100 + rest, enhanced, [.. lines]))
            .Sample(reply => Assert.Equal(reply, Read(reply)));

    [Fact]
    public void Replies_without_enhanced_code_are_read_back_too() =>
        Gen.Select(Gen.Int[200, 599], Line.Where(l => l.Length == 0 || !char.IsAsciiDigit(l[0])).Array[1, 20], (code, lines) => new SmtpReply(code, null, [.. lines]))
            .Sample(reply => Assert.Equal(reply, Read(reply)));

    [Fact]
    public void No_text_can_break_a_line_or_exceed_its_length() =>
        Gen.Select(Gen.OneOf(Gen.String, Gen.String[0, 3000], Gen.String[Gen.Char["\r\n\0\u2028é a"], 0, 2000]).Array[1, 4], Gen.Bool, (lines, enhanced) => (lines, enhanced)).Sample(x =>
        {
            var reply = new SmtpReply(550, x.enhanced ? new EnhancedStatusCode(5, 7, 1) : null, [.. x.lines]);
            var written = Octets.Written(reply.WriteTo);
            var lines = written.Split("\r\n");
            Assert.Equal("", lines[^1]);
            for (var i = 0; i < lines.Length - 1; i++)
            {
                Assert.InRange(lines[i].Length, 4, SmtpReply.MaxLineOctets - 2);
                Assert.StartsWith(i == lines.Length - 2 ? "550 " : "550-", lines[i], StringComparison.Ordinal);
                Assert.DoesNotContain(lines[i], c => c is < ' ' or > '~');
            }
        });

    [Fact]
    public void Lines_carry_code_and_enhanced_code_each() =>
        Assert.Equal("550-5.7.1 Not yours:\r\n550 5.7.1 go away\r\n", Octets.Written(SmtpReply.Of(550, "5.7.1", "Not yours:", "go away").WriteTo));

    [Fact]
    public void An_empty_text_leaves_the_space_that_challenges_need() =>
        Assert.Equal("334 \r\n", Octets.Written(SmtpReply.Plain(334, "").WriteTo));

    [Fact]
    public void Long_text_goes_on_at_a_word()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 300));
        var lines = Octets.Written(SmtpReply.Of(450, "4.7.1", words).WriteTo).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 2);
        Assert.All(lines, l => Assert.Matches("^450[- ]4\\.7\\.1 word", l));
        Assert.Equal(words, string.Concat(lines.Select(l => l["450-4.7.1 ".Length..])));
    }

    [Theory]
    [InlineData(250, true, false, false)]
    [InlineData(354, true, false, false)]
    [InlineData(421, false, true, false)]
    [InlineData(554, false, false, true)]
    public void The_first_digit_tells_the_kind(int code, bool positive, bool transient, bool permanent)
    {
        var reply = SmtpReply.Plain(code, "x");
        Assert.Equal((positive, transient, permanent), (reply.IsPositive, reply.IsTransient, reply.IsPermanent));
    }

    [Fact]
    public void Replies_are_equal_by_content()
    {
        Assert.Equal(SmtpReply.Of(250, "2.1.0", "a", "b"), SmtpReply.Of(250, "2.1.0", "a", "b"));
        Assert.Equal(SmtpReply.Of(250, "2.1.0", "a").GetHashCode(), SmtpReply.Of(250, "2.1.0", "a").GetHashCode());
        Assert.NotEqual(SmtpReply.Of(250, "2.1.0", "a"), SmtpReply.Of(250, "2.1.5", "a"));
        Assert.NotEqual(SmtpReply.Of(250, "2.1.0", "a"), SmtpReply.Of(250, "2.1.0", "a", ""));
    }

    [Fact]
    public void People_see_one_line() =>
        Assert.Equal("550 5.7.25 no PTR / see?x", new SmtpReply(550, EnhancedStatusCode.Parse("5.7.25"), ["no PTR", "", "see\nx"]).ToString());

    [Fact]
    public void A_reply_always_has_a_line() => Assert.Equal([""], new SmtpReply(250, null, default).Lines);

    [Fact]
    public void Codes_that_disagree_are_a_mistake_of_ours()
    {
        Assert.Throws<ArgumentException>(() => SmtpReply.Of(550, "4.7.1", "x"));
        Assert.Throws<ArgumentOutOfRangeException>(() => SmtpReply.Plain(99, "x"));
        Assert.Throws<ArgumentOutOfRangeException>(() => SmtpReply.Plain(600, "x"));
    }

    private static SmtpReply Read(SmtpReply reply)
    {
        var output = new ArrayBufferWriter<byte>();
        reply.WriteTo(output);
        var buffer = new ReadOnlySequence<byte>(output.WrittenMemory);
        Assert.Equal(ReplyReadResult.Complete, ReplyReader.TryRead(ref buffer, out var read, out _));
        Assert.True(buffer.IsEmpty);
        return read!;
    }
}
