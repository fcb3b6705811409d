using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Pipeline;

namespace Namesake.Network.Tests.Sockets;

public sealed class ConnectionTests
{
    [Fact]
    public async Task What_was_written_arrives_although_the_connection_is_disposed_at_once()
    {
        await using var loopback = await Loopback.OpenAsync();
        var (client, server) = await loopback.PairAsync();
        server.Output.Write(Encoding.ASCII.GetBytes("221 2.0.0 bye\r\n")); // not even flushed
        await server.DisposeAsync().AsTask().WaitAsync(Loopback.Patience);
        await client.HearAsync("221 2.0.0 bye\r\n");
        await client.HearTheEndAsync();
        await client.DisposeAsync().AsTask().WaitAsync(Loopback.Patience);
    }

    [Fact]
    public async Task A_peer_that_has_said_all_still_hears_us()
    {
        await using var loopback = await Loopback.OpenAsync();
        using var peer = await PeerAsync(loopback);
        await using var server = await loopback.AcceptAsync();
        await using var stream = new NetworkStream(peer);
        await peer.SendAsync("QUIT\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        peer.Shutdown(SocketShutdown.Send);
        await server.HearAsync("QUIT\r\n");
        await server.HearTheEndAsync();
        await server.SayAsync("221 bye\r\n");
        var heard = new byte[9];
        await stream.ReadExactlyAsync(heard, TestContext.Current.CancellationToken);
        Assert.Equal("221 bye\r\n", Encoding.ASCII.GetString(heard));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // disposed in the middle of a read, as an exception would
    public async Task A_last_reply_survives_what_the_peer_still_sends(bool advances)
    {
        await using var loopback = await Loopback.OpenAsync(clock: new FakeTimeProvider()); // its patience has no end in this test
        using var peer = await PeerAsync(loopback);
        var server = await loopback.AcceptAsync();
        await using var stream = new NetworkStream(peer);
        // More than all buffers together: the peer is still sending when we close, and a reset would hit it in the middle.
        var flood = new byte[64 * 1024 * 1024];
        var sending = peer.SendAsync(flood, TestContext.Current.CancellationToken).AsTask();
        var read = await server.Input.ReadAtLeastAsync(1000, TestContext.Current.CancellationToken);
        if (advances)
            server.Input.AdvanceTo(read.Buffer.Start);
        server.Output.Write("500 5.5.2 too long\r\n"u8);
        var closing = server.DisposeAsync().AsTask();
        Assert.Equal(flood.Length, await sending.WaitAsync(Loopback.Patience));
        peer.Shutdown(SocketShutdown.Send);
        var heard = await new StreamReader(stream, Encoding.ASCII).ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Loopback.Patience);
        Assert.Equal("500 5.5.2 too long\r\n", heard);
        await closing.WaitAsync(Loopback.Patience);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_peer_that_does_not_read_holds_up_closing_no_longer_than_the_linger_time(bool tls)
    {
        var clock = new FakeTimeProvider();
        await using var loopback = await Loopback.OpenAsync(clock: clock);
        var (client, server) = await loopback.PairAsync();
        await using var _ = client;
        if (tls)
            await Task.WhenAll(
                server.StartTlsAsServerAsync(_ => TestCertificates.SelfSigned("mail.acme.example"), TestContext.Current.CancellationToken),
                client.StartTlsAsClientAsync("mail.acme.example", verify: false, TestContext.Current.CancellationToken));
        server.Output.Write(new byte[64 * 1024 * 1024]);
        var closing = server.DisposeAsync().AsTask();
        Assert.False(closing.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(2));
        await closing.WaitAsync(Loopback.Patience);
    }

    [Fact]
    public async Task A_slow_reader_slows_the_writer_and_loses_nothing()
    {
        const int size = 64 * 1024 * 1024; // more than all buffers of both kernels together
        await using var loopback = await Loopback.OpenAsync();
        var (client, server) = await loopback.PairAsync();
        await using var _ = client;
        await using var __ = server;
        var writing = WriteAsync(server, size);
        Assert.False(writing.IsCompleted);
        long got = 0;
        while (got < size)
        {
            var result = await client.Input.ReadAsync().AsTask().WaitAsync(Loopback.Patience);
            Assert.InRange(result.Buffer.Length, 1, 2 * 64 * 1024); // what we take in ahead of a reader is bounded
            got += result.Buffer.Length;
            client.Input.AdvanceTo(result.Buffer.End);
        }
        await writing.WaitAsync(Loopback.Patience);
        Assert.Equal(size, got);
    }

    [Fact]
    public async Task A_reset_by_the_peer_is_an_error_of_input_and_output_and_hangs_nothing()
    {
        await using var loopback = await Loopback.OpenAsync();
        var peer = await PeerAsync(loopback);
        var server = await loopback.AcceptAsync();
        var reading = server.Input.ReadAsync().AsTask();
        peer.Close(0); // a reset, not an end
        await Assert.ThrowsAnyAsync<IOException>(() => reading.WaitAsync(Loopback.Patience));
        await server.DisposeAsync().AsTask().WaitAsync(Loopback.Patience);
    }

    [Fact]
    public async Task Abort_ends_a_pending_read_and_the_peer_sees_a_reset()
    {
        await using var loopback = await Loopback.OpenAsync();
        var (client, server) = await loopback.PairAsync();
        var reading = server.Input.ReadAsync().AsTask();
        server.Abort();
        await Assert.ThrowsAnyAsync<IOException>(() => reading.WaitAsync(Loopback.Patience));
        await Assert.ThrowsAnyAsync<IOException>(() => client.Input.ReadAsync().AsTask().WaitAsync(Loopback.Patience));
        await server.DisposeAsync().AsTask().WaitAsync(Loopback.Patience);
        await client.DisposeAsync().AsTask().WaitAsync(Loopback.Patience);
    }

    [Theory]
    [InlineData("dispose dispose")]
    [InlineData("abort dispose")]
    [InlineData("abort abort dispose dispose")]
    [InlineData("dispose abort")]
    [InlineData("input output dispose")]
    [InlineData("output dispose abort dispose")]
    public async Task Endings_may_come_in_any_order_and_twice(string endings)
    {
        await using var loopback = await Loopback.OpenAsync();
        var (client, server) = await loopback.PairAsync();
        await client.SayAsync("unread");
        foreach (var ending in endings.Split(' '))
            switch (ending)
            {
                case "dispose":
                    await client.DisposeAsync().AsTask().WaitAsync(Loopback.Patience);
                    break;
                case "abort":
                    client.Abort();
                    break;
                case "input":
                    await client.Input.CompleteAsync();
                    break;
                case "output":
                    await client.Output.CompleteAsync();
                    break;
            }
        await server.DisposeAsync().AsTask().WaitAsync(Loopback.Patience);
    }

    [Fact]
    public async Task A_thousand_connections_talk_without_a_thread_each()
    {
        const int count = 1000;
        await using var loopback = await Loopback.OpenAsync();
        var accepting = Task.WhenAll(Enumerable.Range(0, count).Select(async _ => await loopback.AcceptAsync()));
        var clients = new List<IConnection>();
        for (var i = 0; i < count; i++)
            clients.Add(await loopback.DialAsync($"127.0.{i % 50}.{1 + (i / 50)}"));
        var servers = await accepting.WaitAsync(Loopback.Patience);
        Assert.Equal(count, clients.Select(client => client.Local).Distinct().Count());
        await Task.WhenAll(servers.Select(server => server.SayAsync("220 ready\r\n")));
        await Task.WhenAll(clients.Select(client => client.HearAsync("220 ready\r\n")));
        Assert.InRange(ThreadPool.ThreadCount, 0, 200);
        await Task.WhenAll(clients.Concat(servers).Select(connection => connection.DisposeAsync().AsTask())).WaitAsync(Loopback.Patience);
    }

    /// <summary>A bare socket: it can do what our own connections never do.</summary>
    private static async Task<Socket> PeerAsync(Loopback loopback)
    {
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(loopback.Listener.Address, TestContext.Current.CancellationToken);
        return peer;
    }

    private static async Task WriteAsync(IConnection connection, int size)
    {
        var chunk = new byte[64 * 1024];
        for (var sent = 0; sent < size; sent += chunk.Length)
            if ((await connection.Output.WriteAsync(chunk)).IsCompleted)
                return;
    }
}
