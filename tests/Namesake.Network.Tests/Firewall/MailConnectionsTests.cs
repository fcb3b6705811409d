using System.Net;
using Namesake.Network.Firewall;

namespace Namesake.Network.Tests.Firewall;

/// <summary>Which addresses conntrack is told to forget connections of.</summary>
public sealed class MailConnectionsTests
{
    [Theory]
    [InlineData("10.0.0.5", "10.0.0.5/32")]
    [InlineData("10.0.0.4 10.0.0.5", "10.0.0.4/31")]
    [InlineData("10.0.0.5 10.0.0.6", "10.0.0.5/32 10.0.0.6/32")]
    [InlineData("10.0.0.7 10.0.0.4 10.0.0.5 10.0.0.6 10.0.0.8 255.255.255.255", "10.0.0.4/30 10.0.0.8/32 255.255.255.255/32")]
    [InlineData("2001:db8::1", "")]
    public void Blocks_hold_the_given_addresses_and_no_other(string addresses, string blocks) =>
        Assert.Equal(blocks, string.Join(' ', MailConnections.Blocks(addresses.Split(' ').Select(IPAddress.Parse)).Select(block => $"{new IPAddress([(byte)(block.First >> 24), (byte)(block.First >> 16), (byte)(block.First >> 8), (byte)block.First])}/{block.Length}")));
}
