using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Pipeline;
using Namesake.Network.Sockets;

namespace Namesake.Network.Tests.Sockets;

public sealed class DialerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.42.17")]
    [InlineData("127.255.0.254")]
    public async Task A_connection_leaves_from_the_source_asked_for_and_the_other_side_sees_it(string source)
    {
        await using var loopback = await Loopback.OpenAsync();
        await using var client = await loopback.DialAsync(source);
        await using var server = await loopback.AcceptAsync();
        Assert.Equal(IPAddress.Parse(source), client.Local.Address);
        Assert.Equal(IPAddress.Parse(source), server.Remote.Address);
        Assert.NotEqual(0, client.Local.Port);
        Assert.Equal(client.Local, server.Remote);
        Assert.Equal(loopback.Listener.Address, client.Remote);
    }

    [Fact]
    public async Task A_source_written_as_mapped_IPv6_is_the_IPv4_one()
    {
        await using var loopback = await Loopback.OpenAsync();
        await using var client = await loopback.DialAsync("::ffff:127.0.9.9");
        await using var server = await loopback.AcceptAsync();
        Assert.Equal(IPAddress.Parse("127.0.9.9"), client.Local.Address);
        Assert.Equal(IPAddress.Parse("127.0.9.9"), server.Remote.Address);
    }

    [Fact]
    public async Task IPv6_leaves_from_its_source()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 on this host");
        await using var loopback = await Loopback.OpenAsync(address: IPAddress.IPv6Loopback);
        await using var client = await loopback.DialAsync("::1");
        await using var server = await loopback.AcceptAsync();
        Assert.Equal(IPAddress.IPv6Loopback, server.Remote.Address);
    }

    [Fact]
    public async Task A_port_is_taken_at_connect_and_not_at_bind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "IP_BIND_ADDRESS_NO_PORT is Linux'");
        using var bound = SourceSocket.Bind(IPAddress.Parse("127.0.0.7"));
        Assert.Equal(0, ((IPEndPoint)bound.LocalEndPoint!).Port);
        await Task.CompletedTask;
    }

    [Theory]
    [InlineData("192.0.2.77", "198.51.100.1")]
    [InlineData("2001:db8::77", "2001:db8::1")]
    public async Task A_source_that_is_not_on_this_host_is_missing_and_no_other_is_taken(string source, string target)
    {
        var pipes = new SocketPipes(new SocketSettings(), TimeProvider.System);
        var result = await new Dialer(pipes, TimeProvider.System)
            .DialAsync(IPAddress.Parse(source), new IPEndPoint(IPAddress.Parse(target), 25), Loopback.Patience, Cancellation);
        Assert.Equal(DialFailure.AddressMissing, result.Failure);
        Assert.Null(result.Connection);
        Assert.Contains(source, result.Explanation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("::", "::1")]
    public async Task A_wildcard_is_no_source(string source, string target)
    {
        var pipes = new SocketPipes(new SocketSettings(), TimeProvider.System);
        var dialer = new Dialer(pipes, TimeProvider.System);
        await Assert.ThrowsAsync<ArgumentException>(() => dialer.DialAsync(IPAddress.Parse(source), new IPEndPoint(IPAddress.Parse(target), 25), Loopback.Patience, Cancellation));
    }

    [Fact]
    public async Task Families_do_not_mix()
    {
        var pipes = new SocketPipes(new SocketSettings(), TimeProvider.System);
        var dialer = new Dialer(pipes, TimeProvider.System);
        await Assert.ThrowsAsync<ArgumentException>(() => dialer.DialAsync(IPAddress.Loopback, new IPEndPoint(IPAddress.IPv6Loopback, 25), Loopback.Patience, Cancellation));
    }

    [Fact]
    public async Task A_closed_port_refuses()
    {
        var loopback = await Loopback.OpenAsync();
        var target = loopback.Listener.Address;
        await loopback.DisposeAsync();
        var pipes = new SocketPipes(new SocketSettings(), TimeProvider.System);
        var result = await new Dialer(pipes, TimeProvider.System).DialAsync(IPAddress.Loopback, target, Loopback.Patience, Cancellation);
        Assert.Equal(DialFailure.Refused, result.Failure);
    }

    [Fact]
    public async Task A_receiver_that_never_answers_times_out_by_the_clock()
    {
        using var blackHole = BlackHole.Open();
        var clock = new FakeTimeProvider();
        var pipes = new SocketPipes(new SocketSettings(), clock);
        var dial = new Dialer(pipes, clock).DialAsync(IPAddress.Loopback, blackHole.EndPoint, TimeSpan.FromMinutes(5), Cancellation);
        Assert.False(dial.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(DialFailure.TimedOut, (await dial.WaitAsync(Loopback.Patience)).Failure);
    }

    [Fact]
    public async Task The_callers_cancellation_is_no_time_out()
    {
        using var blackHole = BlackHole.Open();
        var pipes = new SocketPipes(new SocketSettings(), TimeProvider.System);
        using var caller = new CancellationTokenSource();
        var dial = new Dialer(pipes, TimeProvider.System).DialAsync(IPAddress.Loopback, blackHole.EndPoint, TimeSpan.FromMinutes(5), caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dial.WaitAsync(Loopback.Patience));
    }

    [Theory]
    [InlineData(SocketError.AddressNotAvailable, DialFailure.AddressMissing)]
    [InlineData(SocketError.AddressAlreadyInUse, DialFailure.OutOfResources)]
    [InlineData(SocketError.TooManyOpenSockets, DialFailure.OutOfResources)]
    [InlineData(SocketError.NoBufferSpaceAvailable, DialFailure.OutOfResources)]
    [InlineData(SocketError.AccessDenied, DialFailure.Failed)]
    public void Errors_at_bind_are_told_apart(SocketError error, DialFailure expected) =>
        Assert.Equal(expected, DialTrouble.AtBind(new SocketException((int)error)));

    [Theory]
    [InlineData(SocketError.ConnectionRefused, "127.0.0.1", DialFailure.Refused)]
    [InlineData(SocketError.TimedOut, "127.0.0.1", DialFailure.TimedOut)]
    [InlineData(SocketError.NetworkUnreachable, "127.0.0.1", DialFailure.Unreachable)]
    [InlineData(SocketError.HostUnreachable, "127.0.0.1", DialFailure.Unreachable)]
    [InlineData(SocketError.TooManyOpenSockets, "127.0.0.1", DialFailure.OutOfResources)]
    [InlineData(SocketError.AddressNotAvailable, "127.0.0.1", DialFailure.OutOfResources)] // no port left towards this receiver
    [InlineData(SocketError.AddressNotAvailable, "192.0.2.77", DialFailure.AddressMissing)] // the address went away after bind
    [InlineData(SocketError.InvalidArgument, "192.0.2.77", DialFailure.AddressMissing)]
    [InlineData(SocketError.AccessDenied, "127.0.0.1", DialFailure.Failed)]
    public void Errors_at_connect_are_told_apart(SocketError error, string source, DialFailure expected) =>
        Assert.Equal(expected, DialTrouble.AtConnect(new SocketException((int)error), IPAddress.Parse(source)));
}
