using System.Text;
using CsCheck;
using Namesake.Protocol.Addresses;

namespace Namesake.Protocol.Tests.Addresses;

public sealed class MailboxTests
{
    private static readonly DomainName Acme = DomainName.Parse("acme.example");

    [Fact]
    public void Every_printable_local_part_survives_being_written_and_read() =>
        Gen.String[Gen.Char[" !\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~üß例"], 0, 20].Sample(local =>
        {
            if (!Mailbox.TryCreate(local, Acme, out var mailbox, out var error))
            {
                Assert.Contains("254", error, StringComparison.Ordinal); // only length can be wrong with these
                return;
            }
            Assert.Equal(local, mailbox.LocalPart);
            Assert.Equal(mailbox, Mailbox.Parse(mailbox.ToString()));
            Assert.DoesNotContain('\n', mailbox.ToString());
        }, iter: 2000);

    [Fact]
    public void Any_octets_are_an_address_or_refused_with_a_reason() =>
        Gen.OneOf(Gen.Byte, Gen.Char["\"@.\\<>a\r\n\0 é"].Select(c => (byte)c)).Array[0, 40].Sample(octets =>
        {
            if (Mailbox.TryParse(octets, allowUtf8: true, out var mailbox, out var error))
            {
                Assert.Equal(mailbox, Mailbox.Parse(mailbox.ToString()));
                Assert.DoesNotContain(mailbox.ToString(), char.IsControl);
            }
            else
                Assert.NotEmpty(error);
        }, iter: 5000);

    [Theory]
    [InlineData("ann@acme.example", "ann", "ann@acme.example")]
    [InlineData("Ann.O'Hara+x@ACME.Example", "Ann.O'Hara+x", "Ann.O'Hara+x@acme.example")]
    [InlineData("\"ann\"@acme.example", "ann", "ann@acme.example")]
    [InlineData("\"an\\n\"@acme.example", "ann", "ann@acme.example")]
    [InlineData("\"ann bell\"@acme.example", "ann bell", "\"ann bell\"@acme.example")]
    [InlineData("\"a@b\"@acme.example", "a@b", "\"a@b\"@acme.example")]
    [InlineData("\"a\\\"b\\\\c\"@acme.example", "a\"b\\c", "\"a\\\"b\\\\c\"@acme.example")]
    [InlineData("\"\"@acme.example", "", "\"\"@acme.example")]
    [InlineData("\"..\"@acme.example", "..", "\"..\"@acme.example")]
    [InlineData("!#$%&'*+-/=?^_`{|}~@acme.example", "!#$%&'*+-/=?^_`{|}~", "!#$%&'*+-/=?^_`{|}~@acme.example")]
    [InlineData("ünï@acme.example", "ünï", "ünï@acme.example")]
    [InlineData("用户@例え.テスト", "用户", "用户@xn--r8jz45g.xn--zckzah")]
    public void Addresses_mean_what_the_grammar_says(string text, string local, string written)
    {
        var mailbox = Mailbox.Parse(text);
        Assert.Equal(local, mailbox.LocalPart);
        Assert.Equal(written, mailbox.ToString());
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("ann", "no @")]
    [InlineData("@acme.example", "local part is empty")]
    [InlineData("ann@", "empty")]
    [InlineData(".ann@acme.example", "dot")]
    [InlineData("ann.@acme.example", "dot")]
    [InlineData("a..n@acme.example", "dot")]
    [InlineData("ann bell@acme.example", "without quotes")]
    [InlineData("ann<x@acme.example", "'<'")]
    [InlineData("ann@acme@example", "'@'")]
    [InlineData("\"ann@acme.example", "no end")]
    [InlineData("\"ann\\", "no end")]
    [InlineData("\"ann\"x@acme.example", "'x'")]
    [InlineData("\"a\rb\"@acme.example", "control")]
    [InlineData("\"a\\\nb\"@acme.example", "control")]
    [InlineData("ann@[192.0.2.1]", "literals")]
    [InlineData("ann@192.0.2.1", "address")]
    [InlineData("ann@acme.example.", "dot")]
    [InlineData("ann@-acme.example", "hyphen")]
    [InlineData("ann@0/25.2.0.192.in-addr.arpa", "'/'")]
    [InlineData("ann@acme.example ", "' '")]
    [InlineData("an\u0085n@acme.example", "U+0085")]
    [InlineData("an\u202En@acme.example", "U+202E")]
    [InlineData("an\u00A0n@acme.example", "U+00A0")]
    public void What_is_no_address_is_refused_with_its_fault(string text, string fault)
    {
        Assert.False(Mailbox.TryParse(text, allowUtf8: true, out var mailbox, out var error));
        Assert.Null(mailbox);
        Assert.Contains(fault, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_character_is_no_address()
    {
        Assert.False(Mailbox.TryParse("an\ud800n@acme.example", allowUtf8: true, out _, out var error));
        Assert.Contains("surrogate", error, StringComparison.Ordinal);
        Assert.False(Mailbox.TryCreate("an\ud800n", Acme, out _, out error));
        Assert.Contains("surrogate", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Lengths_are_those_of_the_standard()
    {
        Assert.True(Mailbox.TryParse(new string('a', 64) + "@b.example", false, out _, out _));
        Assert.True(Mailbox.TryParse(new string('a', 65) + "@b.example", false, out _, out _)); // 64 is the least everybody takes, not the most
        Assert.True(Mailbox.TryParse(new string('a', 244) + "@b.example", false, out _, out _));
        Assert.False(Mailbox.TryParse(new string('a', 245) + "@b.example", false, out _, out var error));
        Assert.Contains("254", error, StringComparison.Ordinal);
        Assert.True(Mailbox.TryParse(new string('ü', 122) + "@b.example", true, out _, out _));
        Assert.False(Mailbox.TryParse(new string('ü', 123) + "@b.example", true, out _, out _)); // octets count
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 62), 4)); // 251
        Assert.True(Mailbox.TryParse("aa@" + domain, false, out var longest, out _));
        Assert.Equal(254, longest.ToString().Length);
        Assert.False(Mailbox.TryParse("aaa@" + domain, false, out _, out error));
        Assert.Contains("254", error, StringComparison.Ordinal);
        Assert.False(Mailbox.TryParse(new string('a', 10_000_000), false, out _, out _));
        Assert.False(Mailbox.TryParse("\"" + new string('a', 900) + "\"@b.example", false, out _, out _));
    }

    [Fact]
    public void Octets_beyond_ASCII_need_leave()
    {
        Assert.False(Mailbox.TryParse("ünï@acme.example", allowUtf8: false, out _, out var error));
        Assert.Contains("ASCII", error, StringComparison.Ordinal);
        Assert.False(Mailbox.TryParse("ann@münchen.example", allowUtf8: false, out _, out _));
        Assert.True(Mailbox.Parse("ünï@acme.example").NeedsSmtpUtf8);
        Assert.False(Mailbox.Parse("ann@münchen.example").NeedsSmtpUtf8);
        Assert.True(Mailbox.Parse("ann@münchen.example").IsAscii);
    }

    [Theory]
    [InlineData(new byte[] { 0xC3, (byte)'@', (byte)'b', (byte)'.', (byte)'c' })]
    [InlineData(new byte[] { (byte)'a', (byte)'@', 0xC3, (byte)'.', (byte)'c' })]
    [InlineData(new byte[] { (byte)'"', 0xFF, (byte)'"', (byte)'@', (byte)'b', (byte)'.', (byte)'c' })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80, (byte)'@', (byte)'b' })]
    public void Octets_that_are_no_UTF_8_are_refused(byte[] octets)
    {
        Assert.False(Mailbox.TryParse(octets, allowUtf8: true, out _, out var error));
        Assert.Contains("UTF-8", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_case_of_the_local_part_counts_that_of_the_domain_does_not()
    {
        Assert.NotEqual(Mailbox.Parse("Ann@acme.example"), Mailbox.Parse("ann@acme.example"));
        Assert.Equal(Mailbox.Parse("ann@ACME.example"), Mailbox.Parse("\"ann\"@acme.example"));
    }

    [Fact]
    public void A_local_part_with_a_line_end_cannot_be_made() =>
        Assert.False(Mailbox.TryCreate("ann\r\nRCPT TO:<x@y.example>", Acme, out _, out _));

    [Fact]
    public void Text_and_octets_are_read_alike() =>
        Gen.String[Gen.Char["ab.\"\\@ü例 "], 0, 20].Sample(text =>
            Assert.Equal(Mailbox.TryParse(text, true, out var a, out _), Mailbox.TryParse(Encoding.UTF8.GetBytes(text), true, out var b, out _) && a == b));
}
