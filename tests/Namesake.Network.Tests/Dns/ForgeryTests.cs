using System.Net;
using System.Net.Sockets;
using Namesake.Core.Dns;
using Namesake.Network.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns;

/// <summary>A verdict must not hang on what a stranger sends. RFC 5452</summary>
public sealed class ForgeryTests
{
    [Fact]
    public async Task A_reply_from_another_sender_is_not_believed_although_it_fits_in_all_else()
    {
        using var resolver = Bound("127.0.0.1");
        using var forger = Bound("127.0.0.1"); // the right address, another port
        using var stranger = Bound("127.0.0.66");
        using var ours = new Resolver(new ResolverSettings { Resolvers = [(IPEndPoint)resolver.LocalEndPoint!], TryTimeout = TimeSpan.FromMinutes(1) }, TimeProvider.System);
        var asking = ours.AskAsync(DomainName.Parse("mail.brand.example"), RecordType.A, TestContext.Current.CancellationToken);
        var (query, client) = await ReceiveAsync(resolver);
        await forger.SendToAsync(Answer(query, "198.51.100.66"), client);
        await stranger.SendToAsync(Answer(query, "198.51.100.67"), client);
        await resolver.SendToAsync(Answer(query, "203.0.113.5"), client);
        Assert.Equal("203.0.113.5", (await asking.WaitAsync(World.Patience)).Addresses.Single().ToString());
    }

    [Fact]
    public async Task Guesses_from_the_right_sender_are_dropped_until_the_reply_that_fits()
    {
        using var resolver = Bound("127.0.0.1");
        using var ours = new Resolver(new ResolverSettings { Resolvers = [(IPEndPoint)resolver.LocalEndPoint!], TryTimeout = TimeSpan.FromMinutes(1) }, TimeProvider.System);
        var asking = ours.AskAsync(DomainName.Parse("mail.brand.example"), RecordType.A, TestContext.Current.CancellationToken);
        var (query, client) = await ReceiveAsync(resolver);
        var wrongId = Answer(query, "198.51.100.66");
        wrongId[0] ^= 0x5A;
        await resolver.SendToAsync(wrongId, client);
        var otherQuestion = Answer(query, "198.51.100.67");
        otherQuestion[13] ^= 0x01; // another first letter
        await resolver.SendToAsync(otherQuestion, client);
        await resolver.SendToAsync(query, client); // our own question sent back is no reply
        await resolver.SendToAsync(Answer(query, "203.0.113.5"), client);
        Assert.Equal("203.0.113.5", (await asking.WaitAsync(World.Patience)).Addresses.Single().ToString());
        Assert.Equal(3, ours.Strays);
    }

    [Fact]
    public async Task Every_try_has_a_port_and_an_id_of_its_own()
    {
        using var resolver = Bound("127.0.0.1");
        using var ours = new Resolver(new ResolverSettings { Resolvers = [(IPEndPoint)resolver.LocalEndPoint!], TryTimeout = TimeSpan.FromMinutes(1) }, TimeProvider.System);
        var seen = new List<(int Port, int Id)>();
        for (var i = 0; i < 20; i++)
        {
            var asking = ours.AskFreshAsync(DomainName.Parse("mail.brand.example"), RecordType.A, TestContext.Current.CancellationToken);
            var (query, client) = await ReceiveAsync(resolver);
            seen.Add((client.Port, (query[0] << 8) | query[1]));
            await resolver.SendToAsync(Answer(query, "203.0.113.5"), client);
            await asking.WaitAsync(World.Patience);
        }
        Assert.InRange(seen.Select(each => each.Port).Distinct().Count(), 15, 20);
        Assert.InRange(seen.Select(each => each.Id).Distinct().Count(), 15, 20);
    }

    private static Socket Bound(string address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        return socket;
    }

    private static async Task<(byte[] Query, IPEndPoint Client)> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[512];
        var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0)).WaitAsync(World.Patience);
        return (buffer[..received.ReceivedBytes], (IPEndPoint)received.RemoteEndPoint);
    }

    /// <summary>The query with one A record and without its OPT.</summary>
    private static byte[] Answer(byte[] query, string address)
    {
        var question = query[..^11];
        byte[] answer = [.. question, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, .. IPAddress.Parse(address).GetAddressBytes()];
        answer[2] |= 0x80;
        answer[7] = 1;
        answer[11] = 0;
        return answer;
    }
}
