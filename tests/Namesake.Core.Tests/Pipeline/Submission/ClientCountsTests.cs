using System.Net;
using Namesake.Core.Pipeline.Submission;

namespace Namesake.Core.Tests.Pipeline.Submission;

public sealed class ClientCountsTests
{
    private readonly ClientCounts _counts = new();

    [Theory]
    [InlineData("2001:db8:0:1::5", "2001:db8:0:1:ffff::6", 2)]
    [InlineData("2001:db8:0:1::5", "2001:db8:0:2::5", 1)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", 2)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.2", 1)]
    [InlineData("192.0.2.1", "192.0.2.2", 1)]
    public void A_client_is_its_IPv4_address_or_its_IPv6_network_of_64_bits(string one, string other, int together)
    {
        Assert.Equal(1, _counts.Enter(IPAddress.Parse(one)));
        Assert.Equal(together, _counts.Enter(IPAddress.Parse(other)));
    }

    [Fact]
    public void Who_leaves_makes_room_for_another_of_its_network()
    {
        _counts.Enter(IPAddress.Parse("2001:db8::5"));
        _counts.Enter(IPAddress.Parse("2001:db8::6"));
        _counts.Leave(IPAddress.Parse("2001:db8::5"));
        Assert.Equal(2, _counts.Enter(IPAddress.Parse("2001:db8::7")));
    }
}
