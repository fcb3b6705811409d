using Namesake.Protocol.Dmarc;

namespace Namesake.Protocol.Tests.Dmarc;

public sealed class DmarcRecordTests
{
    [Theory]
    [InlineData("v=DMARC1; p=none", true)]
    [InlineData(" v = DMARC1 ;p=none", true)]
    [InlineData("v=DMARC1", true)]
    [InlineData("v=dmarc1; p=none", false)]
    [InlineData("p=none; v=DMARC1", false)]
    [InlineData("v=DMARC2; p=none", false)]
    [InlineData("v=spf1 -all", false)]
    public void A_policy_is_known_by_its_version(string text, bool isDmarc) => Assert.Equal(isDmarc, DmarcRecord.IsDmarc(text));

    [Fact]
    public void All_tags_are_read()
    {
        var record = Parse("v=DMARC1; p=Reject; sp=quarantine; np=none; adkim=s; aspf=s; psd=n; t=y; fo=1; rua=mailto:a@x.example, mailto:b@y.example");
        Assert.Equal((DmarcPolicy.Reject, DmarcPolicy.Quarantine, DmarcPolicy.None), (record.Policy, record.SubdomainPolicy, record.NonexistentPolicy));
        Assert.True(record.IsStrictForDkim && record.IsStrictForSpf && record.IsTest && record.IsApplied && record.IsPublicSuffix == false);
        Assert.Equal(["mailto:a@x.example", "mailto:b@y.example"], record.AggregateReports);
        Assert.Empty(record.Remarks);
    }

    [Fact]
    public void What_is_not_said_is_the_mildest()
    {
        var record = Parse("v=DMARC1;p=none");
        Assert.False(record.IsStrictForDkim || record.IsStrictForSpf || record.IsTest || record.IsPublicSuffix is not null || record.SubdomainPolicy is not null);
    }

    [Theory]
    [InlineData("v=DMARC1; rua=mailto:a@x.example", true)]
    [InlineData("v=DMARC1", true)]
    [InlineData("v=DMARC1; p=block", false)]
    [InlineData("v=DMARC1; p=block; rua=mailto:a@x.example", true)]
    [InlineData("v=DMARC1; p=block; rua=a@x.example", false)]
    public void A_policy_without_a_known_p_may_still_be_applied(string text, bool isApplied) => Assert.Equal(isApplied, Parse(text).IsApplied);

    [Theory]
    [InlineData("v=DMARC1; p=none; adkim=x", "adkim=x is none of r, s")]
    [InlineData("v=DMARC1; p=none; pct=50", "pct= was taken away")]
    [InlineData("v=DMARC1; p=none; rua=a@x.example", "no URI")]
    public void What_is_ignored_is_told(string text, string remark) => Assert.Contains(remark, Assert.Single(Parse(text).Remarks), StringComparison.Ordinal);

    [Theory]
    [InlineData("v=DMARC1; p=none; p=reject", "p= stands in the record twice (at character 19)")]
    [InlineData("v=DMARC1 p=none", "does not begin with v=DMARC1")]
    [InlineData("v=DMARC1; p", "\" p\" has no =")]
    public void What_cannot_be_read_is_told_with_its_place(string text, string reason)
    {
        Assert.False(DmarcRecord.TryParse(text, out _, out var fault));
        Assert.Contains(reason, fault.ToString(), StringComparison.Ordinal);
    }

    private static DmarcRecord Parse(string text) => DmarcRecord.TryParse(text, out var record, out var fault) ? record : throw new FormatException(fault.ToString());
}
