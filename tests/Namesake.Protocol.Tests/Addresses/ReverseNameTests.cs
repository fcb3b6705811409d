using System.Net;
using CsCheck;
using Namesake.Protocol.Addresses;

namespace Namesake.Protocol.Tests.Addresses;

public sealed class ReverseNameTests
{
    [Theory]
    [InlineData("192.0.2.10", "10.2.0.192.in-addr.arpa")]
    [InlineData("::ffff:192.0.2.10", "10.2.0.192.in-addr.arpa")]
    [InlineData("2001:db8::567:89ab", "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")]
    public void Names_follow_the_standards(string address, string name) => Assert.Equal(name, ReverseName.Of(IPAddress.Parse(address)).Value);

    [Fact]
    public void Every_address_is_found_again_in_its_name() =>
        Gen.OneOf(Gen.Byte.Array[4], Gen.Byte.Array[16]).Select(b => new IPAddress(b)).Where(a => !a.IsIPv4MappedToIPv6).Sample(address =>
        {
            Assert.True(ReverseName.TryParse(DomainName.Parse(ReverseName.Of(address).Value), out var found));
            Assert.Equal(address, found);
        });

    [Theory]
    [InlineData("2.0.192.in-addr.arpa")]
    [InlineData("1.10.2.0.192.in-addr.arpa")]
    [InlineData("10.0/25.2.0.192.in-addr.arpa")]
    [InlineData("256.2.0.192.in-addr.arpa")]
    [InlineData("01.2.0.192.in-addr.arpa")]
    [InlineData("x.2.0.192.in-addr.arpa")]
    [InlineData("in-addr.arpa")]
    [InlineData("8.b.d.0.1.0.0.2.ip6.arpa")]
    [InlineData("g.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")]
    [InlineData("aa.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.1.ip6.arpa")]
    [InlineData("mail.acme.example")]
    public void What_stands_for_no_single_address_is_none(string name)
    {
        Assert.False(ReverseName.TryParse(DomainName.Parse(name), out var address));
        Assert.Null(address);
    }
}
