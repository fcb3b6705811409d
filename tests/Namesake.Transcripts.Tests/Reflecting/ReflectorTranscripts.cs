using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Dns;
using Namesake.Demo;
using Namesake.Network.Dns;
using Namesake.Network.Sockets;
using Namesake.Protocol.Addresses;
using Namesake.Reflecting;
using Namesake.Transcripts.Tests.Scripts;

namespace Namesake.Transcripts.Tests.Reflecting;

/// <summary>What a client says to a reflector and what it hears. Only C and S lines; the client is 127.0.9.5, whose PTR is mail.acme.example.</summary>
public sealed class ReflectorTranscripts
{
    public static IEnumerable<TheoryDataRow<string, Chunking>> All =>
        Script.NamesIn("Reflecting").SelectMany(name => Enum.GetValues<Chunking>().Select(chunking => new TheoryDataRow<string, Chunking>(name, chunking)));

    [Theory]
    [MemberData(nameof(All))]
    public async Task Conversation_goes_as_written(string name, Chunking chunking)
    {
        var zones = new DemoZones();
        zones.AddZone("127.in-addr.arpa", "ns.test.example");
        zones.AddZone("acme.example", "ns.test.example");
        zones.SetRecord("5.9.0.127.in-addr.arpa", RecordType.Ptr, "mail.acme.example");
        zones.SetRecord("mail.acme.example", RecordType.A, "127.0.9.5");
        await using var dns = new DemoDnsServer(new IPEndPoint(IPAddress.Loopback, 0), zones, DemoDnsRole.Authoritative, TimeProvider.System);
        using var resolver = new Resolver(new ResolverSettings { Resolvers = [dns.EndPoint] }, TimeProvider.System);
        var listener = new Listener(new SocketPipes(new SocketSettings(), TimeProvider.System), TimeProvider.System, NullLogger<Listener>.Instance);
        await using var reflector = new ReflectorServer(listener, resolver, HostName.Parse("reflect.ours.example"), null, new ReflectorLimits(), TimeProvider.System, NullLogger.Instance);
        await reflector.StartAsync([new IPEndPoint(IPAddress.Loopback, 0)], TestContext.Current.CancellationToken);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.9.5"), 0));
        await socket.ConnectAsync(reflector.Addresses[0], TestContext.Current.CancellationToken);
        await using var wire = new Wire(socket, chunking);

        var script = Script.Read("Reflecting", name);
        if (chunking == Chunking.Whole)
        {
            foreach (var line in script.Lines.Where(line => line.Kind == "C"))
                await wire.SendAsync(Encoding.ASCII.GetBytes(line.Text + "\r\n"));
            await wire.FlushAsync();
        }
        foreach (var line in script.Lines)
            if (line.Kind == "S")
            {
                var heard = await wire.ReadLineAsync();
                Assert.True(heard is not null && Pattern.Matches(line.Text, heard), $"{name}:{line.Number}: expected \"{line.Text}\", heard \"{heard ?? "the end of the connection"}\"");
            }
            else if (chunking != Chunking.Whole)
                await wire.SendAsync(Encoding.ASCII.GetBytes(line.Text + "\r\n"));
        Assert.Null(await wire.ReadLineAsync());
    }
}
