using System.Net;
using System.Net.Sockets;
using CsCheck;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Receivers;

namespace Namesake.Core.Tests.Pipeline.Delivery;

public sealed class TryOrderTests
{
    private static readonly Reachable Route = new(
        new SiteId("sink.test"), "a,b,c,d",
        [
            new NextHop("a", IPAddress.Parse("192.0.2.1"), 25, 10), new NextHop("a", IPAddress.Parse("192.0.2.2"), 25, 10), new NextHop("a", IPAddress.Parse("2001:db8::1"), 25, 10),
            new NextHop("b", IPAddress.Parse("192.0.2.3"), 25, 10), new NextHop("c", IPAddress.Parse("192.0.2.4"), 25, 10), new NextHop("d", IPAddress.Parse("192.0.2.5"), 25, 20),
        ],
        RouteIdentity.Public, 10, "MX", DateTimeOffset.MaxValue);

    [Fact]
    public void Preference_decides_and_the_addresses_of_a_host_stay_together_in_their_order() => Gen.Int.Sample(seed =>
    {
        var order = string.Concat(TryOrder.Of(Route, AddressFamily.InterNetwork, new Random(seed)).Select(hop => hop.Address.GetAddressBytes()[3]));
        return order.Length == 5 && order.EndsWith('5') && order.Contains("12", StringComparison.Ordinal);
    });

    [Fact]
    public void Equals_take_turns_in_being_first()
    {
        var random = new Random(1);
        var first = Enumerable.Range(0, 3000).CountBy(_ => TryOrder.Of(Route, AddressFamily.InterNetwork, random).First().Host).ToDictionary();

        Assert.Equal(["a", "b", "c"], first.Keys.Order(StringComparer.Ordinal));
        Assert.All(first.Values, count => Assert.InRange(count, 800, 1200));
    }

    [Fact]
    public void Another_family_is_never_tried() =>
        Assert.Equal(IPAddress.Parse("2001:db8::1"), Assert.Single(TryOrder.Of(Route, AddressFamily.InterNetworkV6, Random.Shared)).Address);
}
