using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Pipeline;
using Namesake.Network.Sockets;

namespace Namesake.Network.Tests.Sockets;

/// <summary>A dialler and a listener on loopback, real sockets between them.</summary>
internal sealed class Loopback : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private Loopback(SocketPipes pipes, IBoundListener listener, TimeProvider clock)
    {
        Listener = listener;
        Dialer = new Dialer(pipes, clock);
    }

    public IBoundListener Listener { get; }

    public Dialer Dialer { get; }

    public static async Task<Loopback> OpenAsync(SocketSettings? settings = null, IPAddress? address = null, TimeProvider? clock = null)
    {
        var time = clock ?? TimeProvider.System;
        var pipes = new SocketPipes(settings ?? new SocketSettings(), time);
        var listener = new Listener(pipes, time, NullLogger<Listener>.Instance);
        var bound = await listener.BindAsync(new IPEndPoint(address ?? IPAddress.Loopback, 0), CancellationToken.None);
        return new Loopback(pipes, bound, time);
    }

    public async Task<IConnection> DialAsync(string local = "127.0.0.1")
    {
        var result = await Dialer.DialAsync(IPAddress.Parse(local), Listener.Address, Patience, TestContext.Current.CancellationToken);
        Assert.Equal((DialFailure.None, null), (result.Failure, result.Explanation));
        return result.Connection!;
    }

    public async Task<IConnection> AcceptAsync() =>
        await Listener.AcceptAsync(TestContext.Current.CancellationToken).WaitAsync(Patience) ?? throw new InvalidOperationException("The listener has stopped.");

    /// <summary>One connection, both ends of it.</summary>
    public async Task<(IConnection Client, IConnection Server)> PairAsync()
    {
        var client = await DialAsync();
        return (client, await AcceptAsync());
    }

    public ValueTask DisposeAsync() => Listener.DisposeAsync();
}

internal static class Conversation
{
    public static async Task SayAsync(this IConnection connection, string text) =>
        await connection.Output.WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask().WaitAsync(Loopback.Patience);

    /// <summary>Reads exactly this text; fails with what came instead.</summary>
    public static async Task HearAsync(this IConnection connection, string expected)
    {
        var result = await connection.Input.ReadAtLeastAsync(expected.Length).AsTask().WaitAsync(Loopback.Patience);
        var slice = result.Buffer.Slice(0, Math.Min(expected.Length, result.Buffer.Length));
        var heard = Encoding.ASCII.GetString(slice);
        connection.Input.AdvanceTo(slice.End);
        Assert.Equal(expected, heard);
    }

    /// <summary>The peer ended properly and everything before it was read.</summary>
    public static async Task HearTheEndAsync(this IConnection connection)
    {
        var result = await connection.Input.ReadAsync().AsTask().WaitAsync(Loopback.Patience);
        Assert.Equal((true, 0L), (result.IsCompleted, result.Buffer.Length));
    }
}
