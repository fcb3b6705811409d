using Namesake.Protocol.Addresses;

namespace Namesake.Protocol.Tests.Addresses;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("mail.acme.example", "mail.acme.example")]
    [InlineData("MAIL.Acme.Example.", "mail.acme.example")]
    [InlineData("post.münchen.example", "post.xn--mnchen-3ya.example")]
    [InlineData("a.b", "a.b")]
    [InlineData("localhost.acme.example", "localhost.acme.example")]
    [InlineData("4.5.6.acme.example", "4.5.6.acme.example")]
    public void Names_that_receivers_take_are_taken(string text, string value)
    {
        var name = HostName.Parse(text);
        Assert.Equal(value, name.Value);
        DomainName domain = name;
        Assert.Equal(domain, name.Domain);
    }

    [Theory]
    [InlineData("", "EH-02")]
    [InlineData("mail_1.acme.example", "EH-02")]
    [InlineData("mail..acme.example", "EH-02")]
    [InlineData("-mail.acme.example", "EH-02")]
    [InlineData("mail acme.example", "EH-02")]
    [InlineData("mail.acme.example\r\nRCPT TO:<x@y>", "EH-02")]
    [InlineData("localhost", "EH-03")]
    [InlineData("localhost.localdomain", "EH-03")]
    [InlineData("mail", "EH-03")]
    [InlineData("mail.local", "EH-03")]
    [InlineData("exchange.corp", "EH-03")]
    [InlineData("mail.lan", "EH-03")]
    [InlineData("mail.internal", "EH-03")]
    [InlineData("1.2.0.192.in-addr.arpa", "EH-03")]
    [InlineData("192.0.2.1", "EH-03")]
    [InlineData("[192.0.2.1]", "EH-03")]
    [InlineData("[IPv6:2001:db8::1]", "EH-03")]
    [InlineData("2001:db8::1", "EH-03")]
    [InlineData("0/25.2.0.192.in-addr.arpa", "EH-02")]
    public void Names_that_receivers_refuse_are_refused_by_the_check_that_says_so(string text, string check)
    {
        Assert.False(HostName.TryParse(text, out var name, out var error));
        Assert.Null(name);
        Assert.StartsWith(check + ": ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_name_has_at_most_253_octets()
    {
        var tail = string.Join('.', Enumerable.Repeat(new string('a', 49), 5));
        Assert.True(HostName.TryParse("bcd." + tail, out _, out _));
        Assert.False(HostName.TryParse("bcde." + tail, out _, out var error));
        Assert.StartsWith("EH-02", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parsed_domain_is_judged_by_the_same_rules()
    {
        Assert.True(HostName.TryCreate(DomainName.Parse("mx.example"), out _, out _));
        Assert.False(HostName.TryCreate(DomainName.Parse("_spf.example"), out _, out _));
    }

    [Fact]
    public void Null_is_refused_not_thrown() => Assert.False(HostName.TryParse(null, out _, out _));
}
