using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Network.Web;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Web;

/// <summary>The operator's page over real sockets on loopback; nothing listens for HTTPS, so it is HTTP that answers.</summary>
public sealed class OperatorPageProbeTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 34\r\n\r\n<a href='mailto:ann@acme.example'>", OperatorPageVerdict.HasContact)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\n<a href='/'>IMPRESSUM  ", OperatorPageVerdict.HasContact)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nIt works!", OperatorPageVerdict.HasNoContact)]
    [InlineData("HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n", OperatorPageVerdict.Unknown)]
    [InlineData("nonsense\r\n\r\n", OperatorPageVerdict.Unknown)]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2/\r\nContent-Length: 0\r\n\r\n", OperatorPageVerdict.Unknown)]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://inner.example/\r\nContent-Length: 0\r\n\r\n", OperatorPageVerdict.Unknown)]
    public async Task A_page_is_judged_by_what_is_on_it(string answer, OperatorPageVerdict verdict)
    {
        await using var site = new Site(answer);
        using var probe = new OperatorPageProbe(new Names(), [IPRange.Parse("127.0.0.1/32")], TimeProvider.System, new OperatorPagePorts(site.Port, 1));
        var page = await probe.LookAsync(DomainName.Parse("acme.example"), TestContext.Current.CancellationToken);
        Assert.True(page.Verdict == verdict, page.ToString());
        Assert.All(site.Asked, line => Assert.StartsWith("GET / HTTP/1.1", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_domain_without_addresses_has_no_page()
    {
        using var probe = new OperatorPageProbe(new Names(), [], TimeProvider.System);
        var page = await probe.LookAsync(DomainName.Parse("nowhere.example"), TestContext.Current.CancellationToken);
        Assert.Equal(OperatorPageVerdict.Missing, page.Verdict);
    }

    [Fact]
    public async Task A_page_in_our_own_network_is_not_looked_at()
    {
        await using var site = new Site("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using var probe = new OperatorPageProbe(new Names(), [], TimeProvider.System, new OperatorPagePorts(site.Port, 1));
        await probe.LookAsync(DomainName.Parse("acme.example"), TestContext.Current.CancellationToken);
        Assert.Empty(site.Asked);
    }

    [Fact]
    public async Task Silence_of_DNS_is_unknown()
    {
        using var probe = new OperatorPageProbe(new Names { IsSilent = true }, [], TimeProvider.System);
        Assert.Equal(OperatorPageVerdict.Unknown, (await probe.LookAsync(DomainName.Parse("acme.example"), TestContext.Current.CancellationToken)).Verdict);
    }

    private sealed class Names : IDnsLookup
    {
        public bool IsSilent { get; init; }

        public bool ResolvingInDoubt => false;

        public Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation)
        {
            ImmutableArray<DnsRecord> records = type != RecordType.A ? [] : name.Value switch
            {
                "acme.example" => [new AddressRecord(IPAddress.Loopback, TimeSpan.FromMinutes(1))],
                "inner.example" => [new AddressRecord(IPAddress.Parse("10.0.0.1"), TimeSpan.FromMinutes(1))],
                _ => [],
            };
            var outcome = IsSilent ? DnsOutcome.TimedOut : records.IsEmpty ? DnsOutcome.NameError : DnsOutcome.Answer;
            return Task.FromResult(new DnsAnswer(name, type, outcome, records, [], TimeSpan.FromMinutes(1), false, false, "test", DateTimeOffset.UnixEpoch));
        }

        public Task<DnsAnswer> AskFreshAsync(DomainName name, RecordType type, CancellationToken cancellation) => AskAsync(name, type, cancellation);

        public Task<AuthoritativeAnswers> AskAuthoritativeAsync(DomainName name, RecordType type, CancellationToken cancellation) => throw new NotSupportedException();
    }

    /// <summary>Answers every request with the same octets.</summary>
    private sealed class Site : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _serving;

        public Site(string answer)
        {
            _listener.Start();
            _serving = ServeAsync(Encoding.ASCII.GetBytes(answer));
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public List<string> Asked { get; } = [];

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private async Task ServeAsync(byte[] answer)
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII);
                var first = await reader.ReadLineAsync();
                if (first is null)
                    continue;
                Asked.Add(first);
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                }
                await stream.WriteAsync(answer);
                client.Client.Shutdown(SocketShutdown.Send);
            }
        }
    }
}
