using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Pipeline;
using Namesake.Network.Sockets;

namespace Namesake.Network.Tests.Sockets;

public sealed class PortsTests
{
    [Fact]
    public async Task One_source_holds_more_connections_than_there_are_ports()
    {
        const int receivers = 4;
        const int each = 100; // of 101 ports
        var results = new List<Task<DialResult>>();
        var listeners = new List<IBoundListener>();
        var pipes = new SocketPipes(new SocketSettings(), TimeProvider.System);
        await Namespace.RunAsync(() =>
        {
            File.WriteAllText("/proc/sys/net/ipv4/ip_local_port_range", "40000 40100");
            var listener = new Listener(pipes, TimeProvider.System, NullLogger<Listener>.Instance);
            var dialer = new Dialer(pipes, TimeProvider.System);
            for (var receiver = 0; receiver < receivers; receiver++)
                listeners.Add(listener.BindAsync(new IPEndPoint(IPAddress.Parse($"127.0.1.{receiver + 1}"), 2525), CancellationToken.None).GetAwaiter().GetResult());
            // Sockets are made before the first await, that is on this thread and in this namespace.
            foreach (var target in listeners)
                for (var i = 0; i < each; i++)
                    results.Add(dialer.DialAsync(IPAddress.Parse("127.0.0.9"), target.Address, Loopback.Patience, CancellationToken.None));
        });
        var dialled = await Task.WhenAll(results);
        Assert.Equal(receivers * each, dialled.Count(result => result.Failure == DialFailure.None));
        Assert.All(dialled, result => Assert.Equal(IPAddress.Parse("127.0.0.9"), result.Connection!.Local.Address));
        foreach (var result in dialled)
            result.Connection!.Abort();
        foreach (var listener in listeners)
            await listener.DisposeAsync();
    }
}
