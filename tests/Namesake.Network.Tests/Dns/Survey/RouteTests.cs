using System.Net;
using Namesake.Core.Dns;
using Namesake.Network.Dns;
using Namesake.Network.Dns.Wire;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Survey;

public sealed class RouteTests
{
    [Theory]
    [InlineData("192.0.2.53")]
    [InlineData("2001:db8::53")]
    public async Task A_server_this_machine_has_no_way_to_has_not_failed(string address)
    {
        using var exchange = new DnsExchange(2, TimeProvider.System);
        var question = new WireQuestion(DomainName.Parse("mail.acme.example"), RecordType.A);
        var exchanged = new List<Task<DnsExchanged>>();
        // Sockets are made on the thread that asks: in a namespace that has loopback and nothing else.
        await Namespace.RunAsync(() => exchanged.AddRange(new[] { DnsTransport.Udp, DnsTransport.Tcp }.Select(transport =>
            exchange.AskAsync(new IPEndPoint(IPAddress.Parse(address), 53), question, new DnsManner(Recursion: false, transport), TimeSpan.FromSeconds(5), 2, TestContext.Current.CancellationToken))));
        Assert.All(await Task.WhenAll(exchanged), each => Assert.Equal((DnsOutcome.Unreachable, true), (each.Trouble, each.HasNoRoute)));
    }

    [Fact]
    public async Task A_closed_port_is_the_servers_own_fault()
    {
        using var exchange = new DnsExchange(1, TimeProvider.System);
        var exchanged = await exchange.AskAsync(new IPEndPoint(IPAddress.Parse("127.0.0.79"), 9), new WireQuestion(DomainName.Parse("mail.acme.example"), RecordType.A),
            new DnsManner(Recursion: false, DnsTransport.Tcp), TimeSpan.FromSeconds(5), 1, TestContext.Current.CancellationToken);
        Assert.Equal((DnsOutcome.Unreachable, false), (exchanged.Trouble, exchanged.HasNoRoute));
    }
}
