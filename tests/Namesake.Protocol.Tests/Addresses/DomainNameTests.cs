using CsCheck;
using Namesake.Protocol.Addresses;

namespace Namesake.Protocol.Tests.Addresses;

public sealed class DomainNameTests
{
    private static readonly Gen<string> Label = Gen.String[Gen.Char["abcdefghijklmnopqrstuvwxyz0123456789-_ABCXYZ"], 1, 63].Where(l => l[0] != '-' && l[^1] != '-');
    private static readonly Gen<string> Name = Gen.Select(Label.Array[0, 4], Gen.String[Gen.Char["abcxyz"], 1, 20], (labels, top) => string.Join('.', [.. labels, top]))
        .Where(n => n.Length <= DomainName.MaxLength);

    [Fact]
    public void Every_well_formed_name_is_kept_in_lower_case() =>
        Name.Sample(text => Assert.Equal(text.ToLowerInvariant(), DomainName.Parse(text).Value));

    [Fact]
    public void A_name_is_read_back_from_what_it_shows() =>
        Name.Sample(text => Assert.Equal(DomainName.Parse(text), DomainName.Parse(DomainName.Parse(text).ToString())));

    [Fact]
    public void Any_text_is_a_valid_name_or_refused_with_a_reason() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char[".-_aZ9ßü例 \r\n\0"], 0, 40]).Sample(text =>
        {
            if (DomainName.TryParse(text, out var name, out var error))
            {
                Assert.True(name.Value.Length is >= 1 and <= DomainName.MaxLength && name.Labels.All(l => l.Length is >= 1 and <= 63));
                Assert.Matches("^[a-z0-9_.-]+$", name.Value);
                Assert.Equal(name, DomainName.Parse(name.ToUnicode()));
            }
            else
                Assert.NotEmpty(error);
        }, iter: 2000);

    [Fact]
    public void A_labels_are_those_of_the_runtime_where_no_mapping_is_involved()
    {
        var mapping = new System.Globalization.IdnMapping();
        Gen.String[Gen.Char["abz019-äöüñéабвгде例子测試ひらカタ한국어\u0905\u0915"], 1, 25].Where(l => !System.Text.Ascii.IsValid(l)).Sample(label =>
        {
            if (DomainName.TryParse(label + ".example", out var name, out _))
                Assert.Equal(mapping.GetAscii(label + ".example"), name.Value);
        }, iter: 2000);
    }

    [Theory]
    [InlineData("Mail.ACME.example.", "mail.acme.example")]
    [InlineData("_dmarc.acme.example", "_dmarc.acme.example")]
    [InlineData("localhost", "localhost")]
    [InlineData("münchen.example", "xn--mnchen-3ya.example")]
    [InlineData("MÜNCHEN.example", "xn--mnchen-3ya.example")]
    [InlineData("straße.example", "xn--strae-oqa.example")]
    [InlineData("例え.テスト", "xn--r8jz45g.xn--zckzah")]
    [InlineData("例子。测试", "xn--fsqu00a.xn--0zwm56d")]
    [InlineData("пример.испытание", "xn--e1afmkfd.xn--80akhbyknj4f")]
    [InlineData("παράδειγμα.δοκιμή", "xn--hxajbheg2az3al.xn--jxalpdlp")]
    [InlineData("مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv")]
    [InlineData("בדיקה1.example", "xn--1-1hcgey8f.example")]
    [InlineData("실례.테스트", "xn--9n2bp8q.xn--9t4b11yi5a")]
    [InlineData("உதாரணம்.பரிட்சை", "xn--zkc6cc5bi7f6e.xn--hlcj6aya9esc7a")]
    [InlineData("col·labora.example", "xn--collabora-2pa.example")]
    public void Names_are_kept_as_they_go_over_the_wire(string text, string value) => Assert.Equal(value, DomainName.Parse(text).Value);

    [Theory]
    [InlineData("xn--mnchen-3ya.example", "münchen.example")]
    [InlineData("xn--r8jz45g.xn--zckzah", "例え.テスト")]
    [InlineData("xn--strae-oqa.example", "straße.example")]
    [InlineData("plain.example", "plain.example")]
    [InlineData("xn--a.example", "xn--a.example")] // no code of anything
    [InlineData("xn--zzzzzzzzzz99999.example", "xn--zzzzzzzzzz99999.example")]
    [InlineData("xn--abc-.example2", null)]
    public void A_name_is_shown_as_U_labels_where_both_lead_to_each_other(string text, string? shown)
    {
        if (shown is null)
            Assert.False(DomainName.TryParse(text, out _, out _));
        else
            Assert.Equal(shown, DomainName.Parse(text).ToUnicode());
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData(".", "root")]
    [InlineData("a..example", "empty label")]
    [InlineData(".example", "empty label")]
    [InlineData("a.example..", "empty label")]
    [InlineData("-a.example", "hyphen")]
    [InlineData("a-.example", "hyphen")]
    [InlineData("a b.example", "' '")]
    [InlineData("a\r\nb.example", "control character")]
    [InlineData("a\0.example", "control character")]
    [InlineData("ann@acme.example", "'@'")]
    [InlineData("192.0.2.1", "address")]
    [InlineData("a/b.example", "'/'")]
    [InlineData("a.123", "number")]
    [InlineData("mu\u0308nchen.example", "U+0308")]
    [InlineData("ｍail.example", "U+FF4D")]
    [InlineData("a\u202Eb.example", "U+202E")]
    [InlineData("\u0301a.example", "U+0301")]
    [InlineData("a\u2028b.example", "U+2028")]
    [InlineData("ab--ü.example", "hyphens")]
    [InlineData("a·b.example", "U+00B7")]
    [InlineData("aא.example", "directions")]
    [InlineData("אa.example", "directions")]
    [InlineData("0א.example", "directions")]
    public void What_is_no_name_is_refused_with_its_fault(string text, string fault)
    {
        Assert.False(DomainName.TryParse(text, out var name, out var error));
        Assert.Null(name);
        Assert.Contains(fault, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_character_is_no_name()
    {
        Assert.False(DomainName.TryParse("a\ud800.example", out _, out var error));
        Assert.Contains("surrogate", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_are_those_of_the_DNS()
    {
        var longest = string.Join('.', Enumerable.Repeat(new string('a', 49), 5)) + ".bcd";
        Assert.Equal(253, longest.Length);
        Assert.Equal(longest, DomainName.Parse(longest + ".").Value);
        Assert.False(DomainName.TryParse("e" + longest, out _, out _));
        Assert.True(DomainName.TryParse(new string('a', 63) + ".example", out _, out _));
        Assert.False(DomainName.TryParse(new string('a', 64) + ".example", out _, out _));
        Assert.False(DomainName.TryParse(new string('ü', 63) + ".example", out _, out _));
        Assert.False(DomainName.TryParse(new string('a', 1_000_000), out _, out _));
    }

    [Fact]
    public void A_slash_stands_in_classless_reverse_zones_only()
    {
        Assert.Equal("0/25.2.0.192.in-addr.arpa", DomainName.Parse("0/25.2.0.192.in-addr.arpa").Value);
        Assert.False(DomainName.TryParse("0/25.acme.example", out _, out _));
    }

    [Theory]
    [InlineData("acme.example", "acme.example", true)]
    [InlineData("mail.acme.example", "acme.example", true)]
    [InlineData("acme.example", "mail.acme.example", false)]
    [InlineData("notacme.example", "acme.example", false)]
    [InlineData("example", "acme.example", false)]
    public void Under_means_whole_labels(string name, string other, bool under) =>
        Assert.Equal(under, DomainName.Parse(name).IsEqualOrUnder(DomainName.Parse(other)));

    [Fact]
    public void Parents_end_at_the_top()
    {
        var name = DomainName.Parse("mail.acme.example");
        Assert.Equal(["mail", "acme", "example"], name.Labels);
        Assert.Equal("acme.example", name.Parent!.Value);
        Assert.Null(name.Parent.Parent!.Parent);
    }

    [Fact]
    public void Names_are_equal_whatever_their_case() =>
        Assert.Equal(DomainName.Parse("ACME.example"), DomainName.Parse("acme.EXAMPLE."));

    [Fact]
    public void Parse_says_what_was_wrong_with_what() =>
        Assert.Contains("\"a..b\"", Assert.Throws<FormatException>(() => DomainName.Parse("a..b")).Message, StringComparison.Ordinal);
}
