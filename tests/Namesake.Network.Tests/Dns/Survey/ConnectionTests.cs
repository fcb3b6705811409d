using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Namesake.Core.Dns;
using Namesake.Demo;
using Namesake.Network.Dns;
using Namesake.Network.Dns.Wire;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Survey;

/// <summary>TCP connections that serve more than one question.</summary>
public sealed class ConnectionTests
{
    private static readonly WireQuestion Question = new(DomainName.Parse("mail.acme.example"), RecordType.A);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_next_question_takes_the_same_connection()
    {
        await using var server = new DemoDnsServer(new IPEndPoint(IPAddress.Parse("127.0.0.68"), 0), new DemoZones(), DemoDnsRole.Resolver, TimeProvider.System);
        using var clock = new SteppedClock();
        using var exchange = new DnsExchange(8, clock, new DnsConnections(clock));
        for (var question = 0; question < 10; question++)
            Assert.Equal(3, (await AskAsync(exchange, server.EndPoint)).Reply!.ResponseCode);
        Assert.Equal(1, server.Connections);
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.NotNull((await AskAsync(exchange, server.EndPoint)).Reply);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_server_that_closes_after_each_answer_is_asked_by_a_new_one()
    {
        using var listener = new TcpListener(IPAddress.Parse("127.0.0.69"), 0);
        listener.Start();
        var serving = ServeAsync(listener, answers: 3);
        using var exchange = new DnsExchange(8, TimeProvider.System, new DnsConnections(TimeProvider.System));
        for (var question = 0; question < 3; question++)
            Assert.NotNull((await AskAsync(exchange, (IPEndPoint)listener.LocalEndpoint)).Reply);
        await serving;
    }

    private static Task<DnsExchanged> AskAsync(DnsExchange exchange, IPEndPoint server) =>
        exchange.AskAsync(server, Question, new DnsManner(Recursion: true, DnsTransport.Tcp), TimeSpan.FromSeconds(30), 1, Cancellation);

    /// <summary>One empty answer for each connection, then the end of it.</summary>
    private static async Task ServeAsync(TcpListener listener, int answers)
    {
        for (var answer = 0; answer < answers; answer++)
        {
            using var client = await listener.AcceptTcpClientAsync(Cancellation);
            var stream = client.GetStream();
            var length = new byte[2];
            await stream.ReadExactlyAsync(length, Cancellation);
            var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(message, Cancellation);
            message[2] |= 0x80; // a reply, with the question and the OPT record that came
            await stream.WriteAsync((byte[])[.. length, .. message], Cancellation);
        }
    }
}
