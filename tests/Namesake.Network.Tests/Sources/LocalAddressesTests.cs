using System.Net;
using System.Net.Sockets;
using Namesake.Network.Sources;

namespace Namesake.Network.Tests.Sources;

public sealed class LocalAddressesTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.3.2.1")]
    [InlineData("::ffff:127.3.2.1")]
    public void What_can_be_bound_works_whether_an_interface_lists_it_or_not(string address)
    {
        using var addresses = new LocalAddresses();
        var result = addresses.TryBind(IPAddress.Parse(address));
        Assert.Equal((true, null, false), (result.Works, result.Trouble, result.Temporary));
    }

    [Theory]
    [InlineData("192.0.2.77")]
    [InlineData("2001:db8::77")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public void What_cannot_be_bound_says_why(string address)
    {
        using var addresses = new LocalAddresses();
        var result = addresses.TryBind(IPAddress.Parse(address));
        Assert.False(result.Works);
        Assert.NotEmpty(result.Trouble!);
    }

    [Theory]
    [InlineData("2001:db8::1", false)] // permanent
    [InlineData("2001:db8::2", true)] // temporary
    [InlineData("2001:db8::3", true)] // deprecated
    [InlineData("2001:db8::4", false)] // stable SLAAC
    [InlineData("2001:db8::5", false)] // not in the table
    public void Temporary_and_deprecated_addresses_are_known_by_their_flags(string address, bool temporary)
    {
        string[] table =
        [
            "20010db8000000000000000000000001 02 40 00 80     eth0",
            "20010db8000000000000000000000002 02 40 00 01     eth0",
            "20010db8000000000000000000000003 02 40 00 a0     eth0",
            "20010db8000000000000000000000004 02 40 00 00     eth0",
            "nonsense",
        ];
        Assert.Equal(temporary, InterfaceFlags.IsTemporary(IPAddress.Parse(address), table));
    }

    [Fact]
    public async Task A_deprecated_address_is_seen_on_a_real_interface() =>
        await Namespace.RunAsync(() =>
        {
            Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 on this host");
            Namespace.Run("ip", "-6", "addr", "add", "2001:db8::7/128", "dev", "lo", "preferred_lft", "0");
            Namespace.Run("ip", "-6", "addr", "add", "2001:db8::8/128", "dev", "lo");
            using var addresses = new LocalAddresses();
            // The kernel marks it from a timer of its own.
            Assert.True(SpinWait.SpinUntil(() => addresses.TryBind(IPAddress.Parse("2001:db8::7")).Temporary, TimeSpan.FromSeconds(10)));
            Assert.False(addresses.TryBind(IPAddress.Parse("2001:db8::8")).Temporary);
        });

    [Fact]
    public async Task An_address_gained_or_lost_is_told() =>
        await Namespace.RunAsync(() =>
        {
            using var addresses = new LocalAddresses();
            using var told = new SemaphoreSlim(0);
            addresses.Changed += () => told.Release();
            Namespace.Run("ip", "addr", "add", "192.0.2.88/32", "dev", "lo");
            Assert.True(told.Wait(TimeSpan.FromSeconds(20)), "the new address was not told");
            Assert.True(addresses.TryBind(IPAddress.Parse("192.0.2.88")).Works);
            Namespace.Run("ip", "addr", "del", "192.0.2.88/32", "dev", "lo");
            Assert.True(told.Wait(TimeSpan.FromSeconds(20)), "the lost address was not told");
            Assert.False(addresses.TryBind(IPAddress.Parse("192.0.2.88")).Works);
        });
}
