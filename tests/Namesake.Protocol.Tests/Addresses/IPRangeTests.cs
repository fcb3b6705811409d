using System.Net;
using CsCheck;
using Namesake.Protocol.Addresses;

namespace Namesake.Protocol.Tests.Addresses;

public sealed class IPRangeTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.255.255.255", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "a00::", false)]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("::/0", "192.0.2.1", false)]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.6", false)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::", false)]
    [InlineData("2001:db8::/127", "2001:db8::1", true)]
    [InlineData("2001:db8::/127", "2001:db8::2", false)]
    [InlineData("::ffff:10.0.0.0/104", "10.9.9.9", true)]
    [InlineData("fe80::/10", "fe80::1%3", true)]
    public void Containing_is_by_prefix(string range, string address, bool contains) =>
        Assert.Equal(contains, IPRange.Parse(range).Contains(IPAddress.Parse(address)));

    [Fact]
    public void A_range_holds_exactly_the_addresses_that_share_its_prefix() =>
        Gen.Select(Gen.Byte.Array[4], Gen.Int[0, 32], Gen.Byte.Array[4]).Sample((network, prefix, other) =>
        {
            uint Number(byte[] b) => (uint)(b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3]);
            var mask = prefix == 0 ? 0 : uint.MaxValue << (32 - prefix);
            var first = Number(network) & mask;
            var range = IPRange.Parse($"{first >> 24}.{first >> 16 & 255}.{first >> 8 & 255}.{first & 255}/{prefix}");
            Assert.Equal((Number(other) & mask) == first, range.Contains(new IPAddress(other)));
            Assert.Equal(range, IPRange.Parse(range.ToString()));
        });

    [Theory]
    [InlineData("", "no IP address")]
    [InlineData("10.0.0.1/8", "did you mean 10.0.0.0/8")]
    [InlineData("2001:db8::1/32", "did you mean 2001:db8::/32")]
    [InlineData("10.0.0.0/33", "0 to 32")]
    [InlineData("2001:db8::/129", "0 to 128")]
    [InlineData("10.0.0.0/", "no prefix length")]
    [InlineData("10.0.0.0/x", "no prefix length")]
    [InlineData("10.0.0.0/-1", "no prefix length")]
    [InlineData("10.0.0.0/99999999999", "no prefix length")]
    [InlineData("10.1/16", "no IP address")]
    [InlineData("010.0.0.0/8", "no IP address")]
    [InlineData("0x0a.0.0.0/8", "no IP address")]
    [InlineData("[2001:db8::]/32", "no IP address")]
    [InlineData("fe80::1%eth0", "no IP address")]
    [InlineData("::ffff:10.0.0.0/90", "write it as IPv4")]
    [InlineData("mail.example", "no IP address")]
    public void What_is_no_range_is_refused_with_its_fault(string text, string fault)
    {
        Assert.False(IPRange.TryParse(text, out var range, out var error));
        Assert.Null(range);
        Assert.Contains(fault, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranges_are_equal_by_value()
    {
        Assert.Equal(IPRange.Parse("10.0.0.0/8"), IPRange.Parse("::ffff:10.0.0.0/104"));
        Assert.NotEqual(IPRange.Parse("10.0.0.0/8"), IPRange.Parse("10.0.0.0/9"));
        Assert.Equal(IPRange.Parse("10.0.0.0/8").GetHashCode(), IPRange.Parse("10.0.0.0/8").GetHashCode());
        Assert.Equal("192.0.2.7/32", IPRange.Parse("192.0.2.7").ToString());
    }
}
