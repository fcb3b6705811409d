using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Dns;
using Namesake.Core.Pipeline;
using Namesake.Demo;
using Namesake.Network.Dns;
using Namesake.Network.Sockets;
using Namesake.Protocol.Addresses;
using Namesake.Reflecting;

namespace Namesake.Tests.Reflecting;

/// <summary>The real reflector on loopback with a name server of the test's own; its clock is the test's.</summary>
internal sealed class ReflectorUnderTest : IAsyncDisposable
{
    public const string Client = "127.0.9.5", Ehlo = "mail.acme.example";
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Resolver _resolver;

    private ReflectorUnderTest(DemoZones zones, DemoDnsServer dns, Resolver resolver, ReflectorServer server, FakeTimeProvider time) => (Zones, Dns, _resolver, Server, Time) = (zones, dns, resolver, server, time);

    public DemoZones Zones { get; }

    public DemoDnsServer Dns { get; }

    public ReflectorServer Server { get; }

    public FakeTimeProvider Time { get; }

    public static async Task<ReflectorUnderTest> StartAsync(ReflectorLimits? limits = null, CertificateModel? certificate = null)
    {
        var zones = new DemoZones();
        zones.AddZone("127.in-addr.arpa", "ns.test.example");
        zones.AddZone("acme.example", "ns.test.example");
        zones.SetRecord(ReverseName.Of(IPAddress.Parse(Client)).Value, RecordType.Ptr, Ehlo);
        zones.SetRecord(Ehlo, RecordType.A, Client);
        var dns = new DemoDnsServer(new IPEndPoint(IPAddress.Loopback, 0), zones, DemoDnsRole.Authoritative, TimeProvider.System);
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 8, 3, 9, 0, 0, TimeSpan.Zero));
        var resolver = new Resolver(new ResolverSettings { Resolvers = [dns.EndPoint] }, TimeProvider.System);
        var listener = new Listener(new SocketPipes(new SocketSettings(), TimeProvider.System), TimeProvider.System, NullLogger<Listener>.Instance);
        var server = new ReflectorServer(listener, resolver, HostName.Parse("reflect.ours.example"), certificate, limits ?? new ReflectorLimits(), time, NullLogger.Instance);
        await server.StartAsync([new IPEndPoint(IPAddress.Loopback, 0)], CancellationToken.None);
        return new ReflectorUnderTest(zones, dns, resolver, server, time);
    }

    public async Task<Caller> CallAsync(string from = Client)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(Server.Addresses[0], TestContext.Current.CancellationToken);
        return new Caller(socket);
    }

    /// <summary>Says EHLO and QUIT.</summary>
    public async Task<List<string>> AskAsync(string ehlo = Ehlo, string from = Client)
    {
        using var caller = await CallAsync(from);
        await caller.HearAsync();
        var heard = await caller.SayAsync($"EHLO {ehlo}");
        Assert.StartsWith("221", (await caller.SayAsync("QUIT"))[0], StringComparison.Ordinal);
        Assert.Empty(await caller.HearAsync());
        return heard;
    }

    /// <summary>The server arms its clock at a moment nobody sees: it is moved on until something has come of it.</summary>
    public async Task<T> WhileTimePassesAsync<T>(Task<T> waiting)
    {
        using var real = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        var before = TimeProvider.System.GetTimestamp();
        while (!waiting.IsCompleted && TimeProvider.System.GetElapsedTime(before) < Patience)
        {
            Time.Advance(TimeSpan.FromSeconds(5));
            await real.WaitForNextTickAsync();
        }
        return await waiting.WaitAsync(TimeSpan.FromSeconds(1));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _resolver.Dispose();
        await Dns.DisposeAsync();
    }
}

/// <summary>A client by hand.</summary>
internal sealed class Caller(Socket socket) : IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private readonly StringBuilder _read = new();
    private readonly byte[] _buffer = new byte[16 * 1024];

    public NetworkStream Stream => _stream;

    public async Task<List<string>> SayAsync(string line)
    {
        await SendAsync(line + "\r\n");
        return await HearAsync();
    }

    public async Task SendAsync(string octets) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(octets)).AsTask().WaitAsync(ReflectorUnderTest.Patience);

    /// <summary>One reply, line by line; empty at the end of the connection, however it ended.</summary>
    public async Task<List<string>> HearAsync()
    {
        var lines = new List<string>();
        while (true)
        {
            var text = _read.ToString();
            if (text.IndexOf("\r\n", StringComparison.Ordinal) is >= 0 and var end)
            {
                _read.Remove(0, end + 2);
                lines.Add(text[..end]);
                if (end < 4 || text[3] != '-')
                    return lines;
                continue;
            }
            int length;
            try
            {
                length = await _stream.ReadAsync(_buffer).AsTask().WaitAsync(ReflectorUnderTest.Patience);
            }
            catch (IOException)
            {
                return lines;
            }
            if (length == 0)
                return lines;
            _read.Append(Encoding.Latin1.GetString(_buffer, 0, length));
        }
    }

    public void Dispose() => _stream.Dispose();
}
