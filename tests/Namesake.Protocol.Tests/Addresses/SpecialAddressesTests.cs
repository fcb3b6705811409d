using System.Net;
using Namesake.Protocol.Addresses;

namespace Namesake.Protocol.Tests.Addresses;

public sealed class SpecialAddressesTests
{
    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.0.1.0")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2600::1")]
    [InlineData("2a00:1450:4001::1a")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("2003::1")]
    [InlineData("64:ff9b::808:808")]
    public void Addresses_of_the_Internet_are_public(string address)
    {
        Assert.True(SpecialAddresses.IsPublic(IPAddress.Parse(address)));
        Assert.Null(SpecialAddresses.Purpose(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("0.0.0.0", "791")]
    [InlineData("10.1.2.3", "1918")]
    [InlineData("100.64.0.1", "6598")]
    [InlineData("100.127.255.255", "6598")]
    [InlineData("127.0.0.1", "1122")]
    [InlineData("169.254.169.254", "3927")]
    [InlineData("172.16.0.0", "1918")]
    [InlineData("172.31.255.255", "1918")]
    [InlineData("192.0.0.8", "6890")]
    [InlineData("192.0.2.1", "5737")]
    [InlineData("192.88.99.1", "7526")]
    [InlineData("192.168.176.1", "1918")]
    [InlineData("198.18.0.1", "2544")]
    [InlineData("198.19.255.255", "2544")]
    [InlineData("198.51.100.7", "5737")]
    [InlineData("203.0.113.7", "5737")]
    [InlineData("224.0.0.1", "5771")]
    [InlineData("240.0.0.1", "1112")]
    [InlineData("255.255.255.255", "919")]
    [InlineData("::ffff:10.0.0.1", "1918")]
    [InlineData("::", "4291")]
    [InlineData("::1", "4291")]
    [InlineData("::10.0.0.1", "4291")]
    [InlineData("64:ff9b::a00:1", "1918")]
    [InlineData("64:ff9b::7f00:1", "1122")]
    [InlineData("64:ff9b:1::1", "8215")]
    [InlineData("100::1", "6666")]
    [InlineData("2001::1", "4380")]
    [InlineData("2001:2::1", "2928")]
    [InlineData("2001:db8::1", "3849")]
    [InlineData("2002:a00:1::1", "7526")]
    [InlineData("3fff::1", "9637")]
    [InlineData("4000::1", "4291")]
    [InlineData("5f00::1", "9602")]
    [InlineData("fc00::1", "4193")]
    [InlineData("fdff::1", "4193")]
    [InlineData("fe80::1", "4291")]
    [InlineData("fec0::1", "3879")]
    [InlineData("ff02::1", "4291")]
    public void Reserved_addresses_are_not_public_and_say_why(string address, string rfc)
    {
        Assert.False(SpecialAddresses.IsPublic(IPAddress.Parse(address)));
        Assert.Contains("RFC " + rfc + ")", SpecialAddresses.Purpose(IPAddress.Parse(address)), StringComparison.Ordinal);
    }
}
