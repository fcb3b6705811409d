using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using CsCheck;
using Namesake.Core.Dns;
using Namesake.Demo;
using Namesake.Network.Tests.Dns;

namespace Namesake.Network.Tests.Demo;

/// <summary>The name server is test equipment others rely on: garbage must not stop it, and wrong records must be refused when they are set.</summary>
public sealed class DemoDnsServerTests
{
    [Fact]
    public async Task Garbage_over_UDP_and_TCP_does_not_stop_it()
    {
        await using var world = new World();
        world.Zones.SetRecord("mail.brand.example", RecordType.A, "203.0.113.5");
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await udp.ConnectAsync(world.Server.EndPoint, TestContext.Current.CancellationToken);
        foreach (var octets in Gen.Byte.Array[0, 300].Array[500].Single())
            await udp.SendAsync(octets, TestContext.Current.CancellationToken);
        for (var i = 0; i < 20; i++)
        {
            using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await tcp.ConnectAsync(world.Server.EndPoint, TestContext.Current.CancellationToken);
            await tcp.SendAsync(Gen.Byte.Array[1, 2000].Single(), TestContext.Current.CancellationToken);
            tcp.Close(i % 2); // some with a reset
        }
        Assert.Equal(DnsOutcome.Answer, (await world.AskAsync("mail.brand.example")).Outcome);
    }

    [Fact]
    public async Task Damaged_queries_do_not_stop_it()
    {
        await using var world = new World();
        world.Zones.SetRecord("mail.brand.example", RecordType.A, "203.0.113.5");
        byte[] query = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4, .. "mail"u8, 5, .. "brand"u8, 7, .. "example"u8, 0, 0, 1, 0, 1];
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await udp.ConnectAsync(world.Server.EndPoint, TestContext.Current.CancellationToken);
        for (var at = 0; at < query.Length; at++)
            foreach (var octet in new byte[] { 0, 1, 63, 64, 0xC0, 0xFF })
            {
                var damaged = query.ToArray();
                damaged[at] = octet;
                await udp.SendAsync(damaged, TestContext.Current.CancellationToken);
                await udp.SendAsync(damaged.AsMemory(0, at), TestContext.Current.CancellationToken);
            }
        // Behind the flood a question may be lost or wait longer than the fake clock's patience: it is asked until the server comes to it.
        var outcome = DnsOutcome.TimedOut;
        for (var asked = 0; outcome == DnsOutcome.TimedOut && asked < 5_000; asked++)
            outcome = (await world.WhileTimePassesAsync(world.AskAsync("mail.brand.example"))).Outcome;
        Assert.Equal(DnsOutcome.Answer, outcome);
    }

    [Fact]
    public async Task Two_questions_over_one_TCP_connection_are_answered()
    {
        await using var world = new World();
        world.Zones.SetRecord("mail.brand.example", RecordType.A, "203.0.113.5");
        byte[] query = [0, 29, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 5, .. "brand"u8, 7, .. "example"u8, 0, 0, 6, 0, 1];
        query[1] = (byte)(query.Length - 2);
        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await tcp.ConnectAsync(world.Server.EndPoint, TestContext.Current.CancellationToken);
        await using var stream = new NetworkStream(tcp);
        await stream.WriteAsync((byte[])[.. query, .. query], TestContext.Current.CancellationToken);
        for (var i = 0; i < 2; i++)
        {
            var length = new byte[2];
            await stream.ReadExactlyAsync(length, TestContext.Current.CancellationToken).AsTask().WaitAsync(World.Patience);
            var reply = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(reply, TestContext.Current.CancellationToken).AsTask().WaitAsync(World.Patience);
            Assert.Equal((1, 1), (reply[1], reply[7])); // our id, one answer
        }
    }

    [Theory]
    [InlineData(RecordType.A, "not an address")]
    [InlineData(RecordType.A, "2001:db8::1")]
    [InlineData(RecordType.Aaaa, "203.0.113.5")]
    [InlineData(RecordType.MX, "mail.brand.example")]
    [InlineData(RecordType.Ptr, "a-label-of-more-than-sixty-three-octets-is-no-label-in-any-zone-file-at-all.example")]
    public void A_value_that_fits_no_record_is_refused_when_it_is_set(RecordType type, string value) =>
        Assert.Throws<FormatException>(() => new DemoZones().SetRecord("mail.brand.example", type, value));

    [Fact]
    public async Task A_name_above_another_exists_without_records_of_its_own()
    {
        await using var world = new World();
        world.Zones.SetRecord("a.b.brand.example", RecordType.A, "203.0.113.5");
        Assert.Equal(DnsOutcome.NoData, (await world.AskAsync("b.brand.example")).Outcome);
        Assert.Equal(DnsOutcome.NameError, (await world.AskAsync("c.brand.example")).Outcome);
    }

    [Fact]
    public async Task It_keeps_to_its_zones()
    {
        await using var world = new World(role: DemoDnsRole.Authoritative);
        Assert.Equal(DnsOutcome.Refused, (await world.AskAsync("www.elsewhere.example")).Outcome);
    }

    [Fact]
    public void An_address_that_cannot_be_had_is_told()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        Assert.Throws<SocketException>(() => new DemoDnsServer((IPEndPoint)taken.LocalEndPoint!, new DemoZones(), DemoDnsRole.Resolver, TimeProvider.System));
    }
}
