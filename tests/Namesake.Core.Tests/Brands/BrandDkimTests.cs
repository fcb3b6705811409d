using System.Text;
using Namesake.Core.Brands;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Dkim;
using Namesake.Protocol.Headers;

namespace Namesake.Core.Tests.Brands;

/// <summary>Whose mail bears a brand's signature. Which domain signs is shown by the tests of the configuration.</summary>
public sealed class BrandDkimTests
{
    // The published key of RFC 8463 appendix A.2.
    private const string Pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";

    [Theory]
    [InlineData(FromRule.Own, ForeignSenders.Refuse, "From: ann@acme.test", true)]
    [InlineData(FromRule.Own, ForeignSenders.Srs, "From: ann@acme.test", true)]
    [InlineData(FromRule.Any, ForeignSenders.Srs, "From: ann@acme.test", false)] // forwarded: a stranger wrote it
    [InlineData(FromRule.NotAnothers, ForeignSenders.Refuse, "From: ann@acme.test", true)]
    [InlineData(FromRule.NotAnothers, ForeignSenders.Srs, "From: ann@acme.test", false)] // a null sender may be forwarded too
    [InlineData(FromRule.NotAnothers, ForeignSenders.Refuse, "From: MAILER-DAEMON", false)]
    [InlineData(FromRule.NotAnothers, ForeignSenders.Refuse, "From: x@elsewhere.test", false)]
    [InlineData(FromRule.Own, ForeignSenders.Refuse, "Subject: nobody", false)]
    [InlineData(FromRule.Own, ForeignSenders.Refuse, "From: ann@acme.test\r\nFrom: ann@acme.test", false)]
    [InlineData(FromRule.Own, ForeignSenders.Refuse, "From: ann@acme.test, and somebody", false)]
    public void Only_what_the_brand_answers_for_is_signed(FromRule rule, ForeignSenders foreign, string header, bool signed)
    {
        var brand = Brand() with { ForeignSenders = foreign };
        var signers = new BrandChosen(brand, null, rule).SignersOf(HeaderScan.Read(Encoding.ASCII.GetBytes(header + "\r\n\r\n")));
        Assert.Equal(signed, !signers.IsEmpty);
    }

    [Fact]
    public void A_header_that_is_not_seen_whole_is_signed_by_nobody()
    {
        var cut = HeaderScan.Read("From: ann@acme.test\r\nSubject: x"u8, isWhole: false);
        Assert.Empty(new BrandChosen(Brand(), null, FromRule.Own).SignersOf(cut));
    }

    [Fact]
    public void What_is_told_of_a_brands_keys_holds_none_of_them()
    {
        var told = Brand().Dkim.ToString();
        Assert.StartsWith("[s1._domainkey.acme.test ed25519-sha256 ", told, StringComparison.Ordinal);
        Assert.True(told.Length < 60, told);
        Assert.Equal("none", BrandDkim.None.ToString());
    }

    private static Brand Brand()
    {
        var domain = DomainName.Parse("acme.test");
        return DkimKey.TryRead(Pem, out var key, out var error) && DkimSigner.TryCreate(domain, "s1", key, out var signer, out error)
            ? new Brand { Id = new BrandId("acme"), SenderDomains = [domain], Sources = [new SourceId("any")], Dkim = new BrandDkim([[signer]]) }
            : throw new FormatException(error);
    }
}
