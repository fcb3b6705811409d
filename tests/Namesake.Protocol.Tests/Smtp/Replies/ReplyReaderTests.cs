using System.Buffers;
using System.Text;
using CsCheck;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Tests.Smtp.Replies;

public sealed class ReplyReaderTests
{
    // Replies of real servers: Gmail, Exim, GMX, Exchange; and habits that must not hurt.
    public static TheoryData<string, string> Conversations => new()
    {
        { "250 OK\r\n", "250 OK" },
        { "250\r\n", "250" },
        { "250 \r\n", "250" },
        { "250-a\r\n250-\r\n250\r\n", "250 a" },
        { "250 OK\n", "250 OK" },
        { "250-mx.google.com at your service, [203.0.113.5]\r\n250-SIZE 157286400\r\n250 SMTPUTF8\r\n", "250 mx.google.com at your service, [203.0.113.5] / SIZE 157286400 / SMTPUTF8" },
        { "550-5.7.25 [203.0.113.5] The IP address sending this message does not have a\r\n550-5.7.25 PTR record setup.\r\n550 5.7.25  https://x.example - gsmtp\r\n",
            "550 5.7.25 [203.0.113.5] The IP address sending this message does not have a / PTR record setup. /  https://x.example - gsmtp" },
        { "554-mx.example Nemesis ESMTP Service not available\r\n554-No SMTP service\r\n554 Bad DNS PTR resource record.\r\n",
            "554 mx.example Nemesis ESMTP Service not available / No SMTP service / Bad DNS PTR resource record." },
        { "550-5.1.1 unknown\r\n550 5.7.1 other\r\n", "550 5.1.1 unknown / 5.7.1 other" },
        { "550 4.7.1 class and code disagree\r\n", "550 4.7.1 class and code disagree" },
        { "220 5.6.7.8 is no enhanced code\r\n", "220 5.6.7.8 is no enhanced code" },
        { "250 2.1.5\r\n", "250 2.1.5" },
        { "250 a\tb\u0007c\r d\r\n", "250 a b?c? d" },
    };

    [Theory]
    [MemberData(nameof(Conversations))]
    public void Replies_of_real_servers_are_read_the_same_whole_by_line_and_by_octet(string octets, string reply)
    {
        Assert.Equal([reply, "250 next"], ReadAll(octets + "250 next\r\n", int.MaxValue));
        Assert.Equal([reply, "250 next"], ReadAll(octets + "250 next\r\n", 7));
        Assert.Equal([reply, "250 next"], ReadAll(octets + "250 next\r\n", 1));
    }

    [Fact]
    public void What_is_incomplete_consumes_nothing()
    {
        var buffer = new ReadOnlySequence<byte>("250-mail.example\r\n250-SIZE\r\n250 S"u8.ToArray());
        Assert.Equal(ReplyReadResult.NeedMore, ReplyReader.TryRead(ref buffer, out var reply, out var error));
        Assert.Equal(33, buffer.Length);
        Assert.Null(reply);
        Assert.Null(error);
    }

    [Theory]
    [InlineData("250-a\r\n550 b\r\n", "different codes: 250, then 550")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", "HTTP/1.1")]
    [InlineData("\r\n", "reply code")]
    [InlineData("25 OK\r\n", "reply code")]
    [InlineData("150 OK\r\n", "reply code")]
    [InlineData("650 OK\r\n", "reply code")]
    [InlineData("250OK\r\n", "reply code")]
    [InlineData("2500 OK\r\n", "reply code")]
    [InlineData("250-a\r\ngarbage\r\n", "garbage")]
    [InlineData("\0\0\0\r\n", "???")]
    [InlineData(" 250 OK\r\n", "reply code")]
    public void What_is_no_reply_is_malformed_and_says_why(string octets, string fault)
    {
        var buffer = new ReadOnlySequence<byte>(Octets.Of(octets));
        Assert.Equal(ReplyReadResult.Malformed, ReplyReader.TryRead(ref buffer, out var reply, out var error));
        Assert.Null(reply);
        Assert.Contains(fault, error, StringComparison.Ordinal);
        Assert.Equal(octets.Length, buffer.Length);
    }

    [Fact]
    public void Text_is_UTF_8_where_it_can_be_and_never_throws_where_it_cannot()
    {
        Assert.Equal("550 ünbekannt", One([.. "550 "u8, .. Encoding.UTF8.GetBytes("ünbekannt"), .. "\r\n"u8]).ToString());
        Assert.Equal("550 ÿþ?", One([.. "550 "u8, 0xFF, 0xFE, 0x80, .. "\r\n"u8]).ToString()); // C1 controls of Latin-1 are controls too
    }

    [Fact]
    public void Lines_have_a_limit()
    {
        Assert.Equal(ReplyReader.MaxLineOctets - 6, One(Octets.Of("250 " + new string('a', ReplyReader.MaxLineOctets - 6) + "\r\n")).Lines[0].Length);
        Malformed("250 " + new string('a', ReplyReader.MaxLineOctets - 4) + "\r\n", "a line is longer");
        Malformed(new string('2', ReplyReader.MaxLineOctets), "a line is longer");
        Malformed("250-a\r\n" + new string('2', 1_000_000), "a line is longer");
    }

    [Fact]
    public void Replies_have_a_limit()
    {
        Assert.Equal(ReplyReader.MaxLines, One(Octets.Of(string.Concat(Enumerable.Repeat("250-a\r\n", ReplyReader.MaxLines - 1)) + "250 a\r\n")).Lines.Length);
        Malformed(string.Concat(Enumerable.Repeat("250-a\r\n", ReplyReader.MaxLines)) + "250 a\r\n", "lines");
        Malformed(string.Concat(Enumerable.Repeat("250-" + new string('a', 1000) + "\r\n", 40)), "octets");
        var endless = new ReadOnlySequence<byte>(Octets.Of(string.Concat(Enumerable.Repeat("250-" + new string('a', 1000) + "\r\n", 32)) + new string('2', 700)));
        Assert.Equal(ReplyReadResult.Malformed, ReplyReader.TryRead(ref endless, out _, out _));
    }

    [Fact]
    public void Any_octets_come_to_an_end_the_same_way_in_any_pieces() =>
        Gen.Select(Gen.OneOf(Gen.Byte, Gen.Char["2345 0-.\r\n"].Select(c => (byte)c)).Array[0, 60], Gen.Int[1, 9].Array[1, 5]).Sample((octets, sizes) =>
        {
            var whole = new ReadOnlySequence<byte>(octets);
            var pieces = Octets.Segmented(octets, sizes);
            var result = ReplyReader.TryRead(ref whole, out var a, out var error);
            Assert.Equal(result, ReplyReader.TryRead(ref pieces, out var b, out _));
            Assert.Equal(a, b);
            Assert.Equal(whole.Length, pieces.Length);
            Assert.Equal(result == ReplyReadResult.Malformed, error is not null);
            if (a is not null)
                Assert.DoesNotContain(string.Concat(a.Lines), char.IsControl);
        }, iter: 5000);

    private static void Malformed(string octets, string fault)
    {
        var buffer = new ReadOnlySequence<byte>(Octets.Of(octets));
        Assert.Equal(ReplyReadResult.Malformed, ReplyReader.TryRead(ref buffer, out _, out var error));
        Assert.Contains(fault, error, StringComparison.Ordinal);
    }

    private static SmtpReply One(byte[] octets)
    {
        var buffer = new ReadOnlySequence<byte>(octets);
        Assert.Equal(ReplyReadResult.Complete, ReplyReader.TryRead(ref buffer, out var reply, out _));
        return reply!;
    }

    // As a pipe does: what was not consumed is offered again with the next piece.
    private static List<string> ReadAll(string text, int piece)
    {
        var octets = Octets.Of(text);
        var replies = new List<string>();
        for (int start = 0, end = 0; end < octets.Length;)
        {
            end = (int)Math.Min(octets.Length, end + (long)piece);
            var buffer = Octets.Segmented(octets[start..end], 3, 1, 5);
            while (ReplyReader.TryRead(ref buffer, out var reply, out _) == ReplyReadResult.Complete)
                replies.Add(reply!.ToString());
            start = end - (int)buffer.Length;
        }
        return replies;
    }
}
