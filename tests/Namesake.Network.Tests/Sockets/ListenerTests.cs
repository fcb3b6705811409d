using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Network.Sockets;

namespace Namesake.Network.Tests.Sockets;

public sealed class ListenerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_address_in_use_is_named_in_the_error()
    {
        await using var loopback = await Loopback.OpenAsync();
        var pipes = new SocketPipes(new SocketSettings(), TimeProvider.System);
        var listener = new Listener(pipes, TimeProvider.System, NullLogger<Listener>.Instance);
        var trouble = await Assert.ThrowsAsync<IOException>(() => listener.BindAsync(loopback.Listener.Address, Cancellation));
        Assert.Contains(loopback.Listener.Address.ToString(), trouble.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listener_stands_again_at_once_where_one_stood_with_connections()
    {
        var loopback = await Loopback.OpenAsync();
        var (client, server) = await loopback.PairAsync();
        await server.DisposeAsync(); // we end first: the port is in TIME_WAIT
        await client.DisposeAsync();
        var address = loopback.Listener.Address;
        await loopback.DisposeAsync();
        var pipes = new SocketPipes(new SocketSettings(), TimeProvider.System);
        await using var again = await new Listener(pipes, TimeProvider.System, NullLogger<Listener>.Instance).BindAsync(address, Cancellation);
        Assert.Equal(address, again.Address);
    }

    [Fact]
    public async Task IPv6_leaves_the_port_free_for_IPv4()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 on this host");
        var pipes = new SocketPipes(new SocketSettings(), TimeProvider.System);
        var listener = new Listener(pipes, TimeProvider.System, NullLogger<Listener>.Instance);
        await using var six = await listener.BindAsync(new IPEndPoint(IPAddress.IPv6Any, 0), Cancellation);
        await using var four = await listener.BindAsync(new IPEndPoint(IPAddress.Any, six.Address.Port), Cancellation);
        var accepting = four.AcceptAsync(Cancellation);
        var client = (await new Dialer(pipes, TimeProvider.System).DialAsync(IPAddress.Loopback, new IPEndPoint(IPAddress.Loopback, four.Address.Port), Loopback.Patience, Cancellation)).Connection!;
        await using var server = (await accepting.WaitAsync(Loopback.Patience))!;
        Assert.Equal(AddressFamily.InterNetwork, server.Remote.AddressFamily);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Stopping_ends_a_pending_accept_with_null_and_leaves_connections_alive()
    {
        await using var loopback = await Loopback.OpenAsync();
        var (client, server) = await loopback.PairAsync();
        await using var _ = client;
        await using var __ = server;
        var accepting = loopback.Listener.AcceptAsync(Cancellation);
        await loopback.Listener.StopAsync();
        Assert.Null(await accepting.WaitAsync(Loopback.Patience));
        Assert.Null(await loopback.Listener.AcceptAsync(Cancellation).WaitAsync(Loopback.Patience));
        await server.SayAsync("250 still here\r\n");
        await client.HearAsync("250 still here\r\n");
    }

    [Fact]
    public async Task Cancelling_one_accept_does_not_stop_the_listener()
    {
        await using var loopback = await Loopback.OpenAsync();
        using var impatient = new CancellationTokenSource();
        var accepting = loopback.Listener.AcceptAsync(impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting.WaitAsync(Loopback.Patience));
        var (client, server) = await loopback.PairAsync();
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_client_that_gave_up_in_the_backlog_does_not_disturb_the_next()
    {
        await using var loopback = await Loopback.OpenAsync();
        for (var i = 0; i < 5; i++)
        {
            var impatient = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await impatient.ConnectAsync(loopback.Listener.Address, Cancellation);
            impatient.Close(0); // reset before it is accepted
        }
        await using var client = await loopback.DialAsync();
        while (true)
        {
            // Linux hands out the dead ones as well: they end at their first read.
            await using var server = await loopback.AcceptAsync();
            if (server.Remote.Equals(client.Local))
                break;
            await Assert.ThrowsAnyAsync<IOException>(() => server.Input.ReadAsync().AsTask().WaitAsync(Loopback.Patience));
        }
    }
}
