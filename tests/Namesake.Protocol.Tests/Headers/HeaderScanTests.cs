using System.Text;
using CsCheck;
using Namesake.Protocol.Headers;

namespace Namesake.Protocol.Tests.Headers;

public sealed class HeaderScanTests
{
    [Fact]
    public void The_facts_of_an_ordinary_message_are_found()
    {
        var header = "Received: from a\r\n\tby b; Mon\r\nReceived: from c by d\r\nFROM: Ann Bell <ann@acme.example>\r\nTo: x@y.example\r\n"
            + "Subject: From: eve@evil.example\r\n\tReceived: no\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\nmessage-id:\r\n <1@acme.example> (comment)\r\n\r\n";
        var facts = Read(header + "From: body@evil.example\r\n\r\nReceived: body\r\n");
        Assert.Equal(header.Length, facts.HeaderLength);
        Assert.Equal(2, facts.ReceivedCount);
        Assert.Equal(["ann@acme.example"], facts.From.Select(m => m.ToString()));
        Assert.Equal("<1@acme.example>", facts.MessageId);
        Assert.True(facts.HasDate && facts.HasMessageId);
        Assert.False(facts.IsMalformed || facts.IsFromMalformed);
        Assert.Equal(1, facts.FromFields);
    }

    [Theory]
    [InlineData("", 0, false)]
    [InlineData("\r\n", 2, false)]
    [InlineData("\r\nbody", 2, false)]
    [InlineData("\r\n From: x@y.example\r\n", 2, false)]
    [InlineData("A: b\r\n", 6, false)]
    [InlineData("A: b\r\n\r\n", 8, false)]
    [InlineData("A: b", 4, false)]
    [InlineData("body without a header\r\n\r\nmore", 25, true)]
    [InlineData("A: b\r\nno field\r\n\r\n", 18, true)]
    [InlineData(" starts folded\r\n\r\n", 18, true)]
    [InlineData(": no name\r\n\r\n", 13, true)]
    [InlineData("Na me: x\r\n\r\n", 12, true)]
    [InlineData("N\u00e4me: x\r\n\r\n", 11, true)]
    [InlineData("From ann@acme.example Mon Jan 1 00:00:00 2024\r\n\r\n", 49, true)]
    public void The_header_ends_at_the_first_blank_line(string content, int length, bool malformed)
    {
        var facts = Read(content);
        Assert.Equal((length, malformed), (facts.HeaderLength, facts.IsMalformed));
    }

    [Theory]
    [InlineData("ann@acme.example", "ann@acme.example")]
    [InlineData("<ann@acme.example>", "ann@acme.example")]
    [InlineData("Ann <ann@acme.example>", "ann@acme.example")]
    [InlineData("\"Bell, Ann\" <ann@acme.example>", "ann@acme.example")]
    [InlineData("\"<eve@evil.example>\" <ann@acme.example>", "ann@acme.example")]
    [InlineData("(<eve@evil.example>) ann@acme.example (and \\) (nested (deep)))", "ann@acme.example")]
    [InlineData("=?utf-8?Q?Ann_=3Ceve=40evil=2Eexample=3E?= <ann@acme.example>", "ann@acme.example")]
    [InlineData("Ann B. Bell <ann@acme.example>", "ann@acme.example")]
    [InlineData("Ann\r\n\t<ann@acme.example>", "ann@acme.example")]
    [InlineData("ann @ acme . example", "ann@acme.example")]
    [InlineData("ann . bell(c)@(c)acme.example", "ann.bell@acme.example")]
    [InlineData("<@a.example,@b.example:ann@acme.example>", "ann@acme.example")]
    [InlineData("ann@acme.example, bob@acme.example", "ann@acme.example bob@acme.example")]
    [InlineData("ann@acme.example,, Bob <bob@acme.example>,", "ann@acme.example bob@acme.example")]
    [InlineData("Team: ann@acme.example, Bob <bob@acme.example>;", "ann@acme.example bob@acme.example")]
    [InlineData("Team: ann@acme.example;, col@acme.example", "ann@acme.example col@acme.example")]
    [InlineData("\"ann bell\"@acme.example", "\"ann bell\"@acme.example")]
    [InlineData("\"ann\r\n bell\"@acme.example", "\"ann bell\"@acme.example")]
    [InlineData("Änn <ünï@bücher.example>", "ünï@xn--bcher-kva.example")]
    [InlineData("a@b.example (trailing", null)]
    [InlineData("", null)]
    [InlineData("<>", null)]
    [InlineData("ann", null)]
    [InlineData("undisclosed:;", null)]
    [InlineData("Team: ann@acme.example", null)]
    [InlineData("A: B: ann@acme.example;;", null)]
    [InlineData("ann bell@acme.example", null)]
    [InlineData("ann@acme example", null)]
    [InlineData("ann@acme.example eve@evil.example", null)]
    [InlineData("<ann@acme.example> eve@evil.example", null)]
    [InlineData("<ann@acme.example> <eve@evil.example>", null)]
    [InlineData("<ann@acme.example", null)]
    [InlineData("ann@acme.example>", null)]
    [InlineData("ann@[192.0.2.1]", null)]
    [InlineData("<ann@acme.example;eve@evil.example>", null)]
    [InlineData("\"unterminated <ann@acme.example>", null)]
    [InlineData("ann@acme.example@evil.example", null)]
    [InlineData("<ann@acme.example@evil.example>", null)]
    [InlineData("<@a.example ann@acme.example>", null)]
    [InlineData("ann@acme.example\0", null)]
    public void From_is_read_as_the_receivers_mail_program_reads_it(string value, string? addresses)
    {
        var facts = HeaderScan.Read(Encoding.UTF8.GetBytes($"From: {value}\r\n\r\n"));
        Assert.Equal(addresses is null, facts.IsFromMalformed);
        if (addresses is not null)
            Assert.Equal(addresses, string.Join(' ', facts.From));
        Assert.Equal(1, facts.FromFields);
        Assert.False(facts.IsMalformed);
    }

    [Theory]
    [InlineData("From: ann@acme.example\r\nfrom: eve@evil.example\r\n\r\n", 2)]
    [InlineData("From: ann@acme.example\r\nFrom : eve@evil.example\r\n\r\n", 2)]
    [InlineData("From: ann@acme.example\r\nX-From: eve@evil.example\r\n\r\n", 1)]
    [InlineData("To: ann@acme.example\r\n\r\n", 0)]
    public void Several_From_fields_are_counted(string content, int fields)
    {
        var facts = Read(content);
        Assert.Equal(fields, facts.FromFields);
        Assert.Equal(fields, facts.From.Length);
    }

    [Fact]
    public void What_is_cut_off_by_the_limit_is_not_guessed_at()
    {
        var header = "Received: a\r\n" + string.Concat(Enumerable.Repeat("X: " + new string('x', 995) + "\r\n", 300)) + "From: ann@acme.example\r\n\r\n";
        var facts = Read(header);
        Assert.True(facts.IsMalformed);
        Assert.Equal((HeaderScan.MaxOctets, 1, 0), (facts.HeaderLength, facts.ReceivedCount, facts.FromFields));
        var longBody = Read("A: b\r\n\r\n" + new string('x', 1_000_000));
        Assert.Equal((8, false), (longBody.HeaderLength, longBody.IsMalformed));
    }

    [Theory]
    [InlineData("From: ann@acme.example\r\n", true)]
    [InlineData("To: x\r\nFrom: ann@acme.exa", true)]
    [InlineData("", true)]
    [InlineData("From: ann@acme.example\r\n\r\n", false)]
    public void The_start_of_a_message_is_judged_only_as_far_as_it_goes(string start, bool malformed)
    {
        var facts = HeaderScan.Read(Octets.Of(start), isWhole: false);
        Assert.Equal((malformed, malformed), (facts.IsMalformed, facts.IsFromMalformed));
        Assert.False(Read(start).IsMalformed);
    }

    [Fact]
    public void Depth_and_number_are_bounded()
    {
        Assert.True(Read("From: " + new string('(', 200_000) + "\r\n\r\n").IsFromMalformed);
        Assert.Equal(["ann@acme.example"], Read("From: " + new string('(', 100_000) + new string(')', 100_000) + " ann@acme.example\r\n\r\n").From.Select(m => m.ToString()));
        var many = Read("From: " + string.Join(',', Enumerable.Repeat("a@b.example", 5000)) + "\r\n\r\n");
        Assert.True(many.IsFromMalformed);
        Assert.Equal(100, many.From.Length);
        Assert.True(Read("From: " + new string('a', 100_000) + "@b.example\r\n\r\n").IsFromMalformed);
        Assert.True(Read("From: " + new string('"', 99_999) + "@b.example\r\n\r\n").IsFromMalformed);
    }

    [Fact]
    public void A_message_id_holds_no_control_character_and_is_bounded()
    {
        Assert.Equal("<a@b>", Read("Message-ID: <a\u0001@\tb>\r\n\r\n").MessageId);
        Assert.Equal("bare-id", Read("Message-ID: bare-id \r\n\r\n").MessageId);
        Assert.Equal("", Read("Message-ID:\r\n\r\n").MessageId);
        Assert.Equal("<1@b>", Read("Message-ID: <1@b>\r\nMessage-ID: <2@b>\r\n\r\n").MessageId);
        Assert.Equal(998, Read("Message-ID: <" + new string('x', 5000) + ">\r\n\r\n").MessageId!.Length);
        Assert.Null(Read("A: b\r\n\r\n").MessageId);
    }

    [Fact]
    public void Any_octets_give_facts_within_bounds()
    {
        var part = Gen.OneOf("From:", "Received:", "\r\n", "\r\n\r\n", " ", "\t", "(", ")", "\"", "\\", "<", ">", "@", ",", ":", ";", ".", "[", "a", "b.example", "\r", "\n", "\0", "é");
        Gen.OneOf(part.Array[0, 40].Select(p => Octets.Of(string.Concat(p))), Gen.Byte.Array[0, 80]).Sample(content =>
        {
            var facts = HeaderScan.Read(content);
            Assert.InRange(facts.HeaderLength, 0, content.Length);
            Assert.InRange(facts.From.Length, 0, content.Length);
            Assert.True(facts.FromFields > 0 || facts.From.IsEmpty);
            Assert.True(facts.IsFromMalformed || facts.FromFields == 0 || facts.From.Length >= facts.FromFields);
        }, iter: 10_000);
    }

    private static HeaderFacts Read(string latin1) => HeaderScan.Read(Octets.Of(latin1));
}
