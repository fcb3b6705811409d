using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Namesake.Core.Firewall;
using Namesake.Core.Plans;
using Namesake.Network.Firewall;
using Namesake.Network.Tests.Egress;

namespace Namesake.Network.Tests.Firewall;

/// <summary>A node with five private addresses, and behind its one cable a host that tells everybody who connects (ports 25 and 26, both families) which address it sees.</summary>
internal sealed class TranslationLab : IAsyncDisposable
{
    public const int Mail = 25, OtherPort = 26;

    public const string Own = "198.51.100.4";

    private static readonly IPAddress Server = IPAddress.Parse("198.51.100.1"), ServerV6 = IPAddress.Parse("2001:db8:51::1");

    private readonly List<TcpListener> _listeners = [];
    private readonly List<Socket> _sockets = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("namesake-firewall-").FullName;

    private TranslationLab(NamespaceHost node, NamespaceHost outside) => (Node, Outside) = (node, outside);

    public static ImmutableArray<string> Locals { get; } = ["10.0.0.11", "10.0.0.12", "10.0.0.13", "10.0.0.14", "10.0.0.15"];

    public const string LocalV6 = "2001:db8:51::11";

    public NamespaceHost Node { get; }

    public NamespaceHost Outside { get; }

    /// <summary>As they run on the node.</summary>
    public FirewallTools Tools => Node.Tools with { RunFolder = _folder };

    /// <summary>Programs find their files here; it goes with the lab.</summary>
    public string Folder => _folder;

    /// <param name="hasServer">Whether that host answers at port 25 itself; without it, something else may.</param>
    public static async Task<TranslationLab> BuildAsync(bool hasServer = true)
    {
        var lab = new TranslationLab(await NamespaceHost.BootAsync(), await NamespaceHost.BootAsync());
        await lab.Node.ConnectAsync("eth0", lab.Outside, "net0");
        await lab.Node.IpAsync([.. Locals.Select(local => $"addr add {local}/32 dev lo"), $"addr add {Own}/24 dev eth0", $"addr add 2001:db8:51::4/64 dev eth0 nodad", $"addr add {LocalV6}/64 dev eth0 nodad", "link set eth0 up", "route add default via 198.51.100.1"]);
        await lab.Outside.IpAsync("addr add 198.51.100.1/24 dev net0", "addr add 2001:db8:51::1/64 dev net0 nodad", "link set net0 up", $"route add 10.0.0.0/24 via {Own}", $"route add 203.0.113.0/24 via {Own}");
        foreach (var port in hasServer ? new[] { Mail, OtherPort } : [OtherPort])
            await lab.ServeAsync(port);
        return lab;
    }

    public NodeFirewall Firewall(FirewallKind kind, FirewallTools? tools = null)
    {
        Assert.SkipUnless(kind == FirewallKind.Nftables || File.Exists("/usr/sbin/iptables-restore"), "iptables is not installed");
        return new NodeFirewall(new FirewallSettings { Id = "edge", Kind = kind, Limit = 10_000 }, TimeProvider.System, tools ?? Tools);
    }

    public static TranslationTable Table(params string[] mappings) =>
        new([.. mappings.Select(mapping => mapping.Split(' ')).Select(pair => new Mapping(IPAddress.Parse(pair[0]), IPAddress.Parse(pair[1])))]);

    public static TranslationTable AllAs(string address) => Table([.. Locals.Select(local => $"{local} {address}")]);

    public static TranslationTable EachAsItsOwn { get; } = Table([.. Locals.Select((local, index) => $"{local} 203.0.113.{index + 1}")]);

    public static TranslationChange Change(TranslationTable? old, TranslationTable? made) => new() { By = "edge", Reason = "a test", Old = old, New = made };

    public async Task WriteAsync(NodeFirewall firewall, TranslationTable? old, TranslationTable? made)
    {
        var result = await firewall.WriteAsync(Change(old, made), TestContext.Current.CancellationToken);
        Assert.True(result is WriteResult.Done, $"{result.GetType().Name}: {result.Text}");
    }

    public async Task<TranslationTable?> OursAsync(NodeFirewall firewall)
    {
        var reading = await firewall.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Null(reading.Trouble);
        return reading.Ours;
    }

    /// <summary>The rules as both tools tell them, without what counts packets and the time of printing.</summary>
    public async Task<string> PictureAsync() => await Node.OutputAsync("nft", "list", "ruleset") + (File.Exists("/usr/sbin/iptables-save")
        ? string.Join('\n', (await Node.OutputAsync("iptables-save", "-t", "nat")).Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.StartsWith(':') ? line.Split('[')[0] : line)) : "");

    /// <summary>Which address the other side sees.</summary>
    public async Task<string> SeenAsync(string local, int port = Mail)
    {
        using var socket = await ConnectAsync(local, port);
        return await AskAsync(socket);
    }

    public async Task<ImmutableArray<string>> AllSeenAsync(int port = Mail) => [.. await Task.WhenAll(Locals.Select(local => SeenAsync(local, port)))];

    public async Task<Socket> ConnectAsync(string local, int port = Mail)
    {
        var address = IPAddress.Parse(local);
        var socket = await Node.InsideAsync(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        _sockets.Add(socket);
        socket.Bind(new IPEndPoint(address, 0));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await socket.ConnectAsync(new IPEndPoint(address.AddressFamily == AddressFamily.InterNetwork ? Server : ServerV6, port), limit.Token);
        return socket;
    }

    /// <summary>Asks over a connection that stands.</summary>
    public static async Task<string> AskAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await socket.SendAsync("?"u8.ToArray(), limit.Token);
        var answer = new byte[100];
        var length = await socket.ReceiveAsync(answer, limit.Token);
        return Encoding.ASCII.GetString(answer, 0, length);
    }

    public async ValueTask DisposeAsync()
    {
        _listeners.ForEach(listener => listener.Dispose());
        _sockets.ForEach(socket => socket.Dispose());
        await Node.DisposeAsync();
        await Outside.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ServeAsync(int port)
    {
        var listener = await Outside.InsideAsync(() =>
        {
            var listener = TcpListener.Create(port);
            listener.Start();
            return listener;
        });
        _listeners.Add(listener);
        _ = AcceptAsync(listener);
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync();
                _sockets.Add(socket);
                _ = AnswerAsync(socket);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The lab is taken down.
        }
    }

    private static async Task AnswerAsync(Socket socket)
    {
        try
        {
            var address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
            var question = new byte[1];
            while (await socket.ReceiveAsync(question) > 0)
                await socket.SendAsync(Encoding.ASCII.GetBytes((address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString()));
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The other side broke it off.
        }
    }
}
