using System.Net;
using Namesake.Protocol.Spf;

namespace Namesake.Protocol.Tests.Spf;

public sealed class SpfRecordTests
{
    [Theory]
    [InlineData("v=spf1", true)]
    [InlineData("V=SPF1 -all", true)]
    [InlineData("v=spf10 -all", false)]
    [InlineData("v=spf1-all", false)]
    [InlineData(" v=spf1 -all", false)]
    [InlineData("spf2.0/pra -all", false)]
    public void A_policy_is_known_by_its_version(string text, bool isSpf) => Assert.Equal(isSpf, SpfRecord.IsSpf(text));

    [Fact]
    public void Terms_are_read_with_their_places()
    {
        var record = Parse("v=spf1  ip4:192.0.2.7/24 ?a:%{d}.b.example/31//127 redirect=_spf.b.example x-y.z_1=%%");
        Assert.Equal(["ip4:192.0.2.7/24", "?a:%{d}.b.example/31//127", "redirect=_spf.b.example", "x-y.z_1=%%"], record.Terms.Select(term => term.Text));
        Assert.Equal([8, 25, 51, 75], record.Terms.Select(term => term.Position));
        var address = record.Directives.Last();
        Assert.Equal((SpfQualifier.Neutral, SpfMechanism.A, "%{d}.b.example", 31, 127), (address.Qualifier, address.Mechanism, address.Domain!.Text, address.V4Length, address.V6Length));
        Assert.Equal("_spf.b.example", record.Redirect!.Value.Text);
        Assert.Null(record.Explanation);
        Assert.Equal([false, true, true, false], record.Terms.Select(term => term.AsksDns));
    }

    [Theory]
    [InlineData("v=spf1 ip4:192.0.2 -all", 11, "\"ip4:192.0.2\": \"192.0.2\" is no IPv4 address (at character 12)")]
    [InlineData("v=spf1 -all moo", 12, "\"moo\" is no mechanism")]
    [InlineData("v=spf1 include:b.example/24 -all", 15, "'/' can't stand in the domain's last label")]
    [InlineData("v=spf1 a:b.example/33 -all", 19, "a number from 0 to 32")]
    [InlineData("v=spf1 exists:%{x}.b.example", 14, "no macro letter x")]
    [InlineData("v=spf1 redirect=a.example redirect=b.example", 26, "only once")]
    [InlineData("v=spf1\t-all", 0, "does not begin with")]
    [InlineData("v=spf1 a\t-all", 8, "control character (code 9)")]
    [InlineData("v=spf1 -äll", 8, "outside ASCII")]
    [InlineData("", 0, "does not begin with")]
    public void A_syntax_error_is_told_with_its_place(string text, int position, string reason)
    {
        Assert.False(SpfRecord.TryParse(text, out _, out var fault));
        Assert.Equal(position, fault.Position);
        Assert.Contains(reason, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Records_of_any_length_are_bounded()
    {
        Assert.False(SpfRecord.TryParse("v=spf1 " + new string('a', 100_000), out _, out _));
        Assert.False(SpfRecord.TryParse("v=spf1 exists:" + string.Concat(Enumerable.Repeat("%{s}", 1500)) + ".b.example", out _, out var fault));
        Assert.Contains("more than", fault.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.77", 24, "192.0.2.1", true)]
    [InlineData("192.0.2.77", 25, "192.0.2.128", false)]
    [InlineData("192.0.2.77", 0, "203.0.113.1", true)]
    [InlineData("192.0.2.77", 32, "192.0.2.77", true)]
    [InlineData("2001:db8::", 33, "2001:db8:8000::", false)]
    [InlineData("2001:db8::", 32, "2001:db8:8000::", true)]
    [InlineData("::", 0, "192.0.2.1", false)]
    public void A_network_holds_what_has_its_first_bits(string network, int length, string address, bool contains) =>
        Assert.Equal(contains, new SpfNetwork(IPAddress.Parse(network), length).Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("%{s}", "strong-bad@email.example.com")]
    [InlineData("%{o}", "email.example.com")]
    [InlineData("%{d}", "email.example.com")]
    [InlineData("%{d4}", "email.example.com")]
    [InlineData("%{d3}", "email.example.com")]
    [InlineData("%{d2}", "example.com")]
    [InlineData("%{d1}", "com")]
    [InlineData("%{dr}", "com.example.email")]
    [InlineData("%{d2r}", "example.email")]
    [InlineData("%{l}", "strong-bad")]
    [InlineData("%{l-}", "strong.bad")]
    [InlineData("%{lr}", "strong-bad")]
    [InlineData("%{lr-}", "bad.strong")]
    [InlineData("%{l1r-}", "strong")]
    [InlineData("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com")]
    [InlineData("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com")]
    [InlineData("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com")]
    [InlineData("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net")]
    public void Macros_become_what_the_RFC_shows(string text, string expected) // RFC 7208 §7.4
    {
        var directive = Assert.Single(Parse($"v=spf1 exists:{text}").Directives);
        var values = new SpfMacroValues { LocalPart = "strong-bad", SenderDomain = "email.example.com", Domain = "email.example.com", Client = IPAddress.Parse("192.0.2.3"), Helo = "mx.example.org" };
        Assert.Equal(expected, directive.Domain!.Expand(values));
    }

    private static SpfRecord Parse(string text) => SpfRecord.TryParse(text, out var record, out var fault) ? record : throw new FormatException(fault.ToString());
}
