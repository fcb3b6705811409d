using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Lab;

/// <summary>The lab's machines and cables, as drawn at <see cref="LabPlan"/>, without any program on them.</summary>
public sealed class LabNetwork : IAsyncDisposable
{
    private readonly ConcurrentBag<LabHost> _hosts = [];
    private readonly string _folder;
    private LabHost? _switch;
    private int _ports;

    private LabNetwork(string folder) => _folder = folder;

    public LabHost Relay { get; private set; } = null!;

    public LabHost Edge { get; private set; } = null!;

    public LabHost Router { get; private set; } = null!;

    public static async Task<LabNetwork> BuildAsync(string folder)
    {
        var network = new LabNetwork(folder);
        try
        {
            await network.BuildAsync();
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Boots a host on the 198.51.100.0/24 network, which stands for the internet.</summary>
    public async Task<LabHost> PlugInAsync(string name, IPAddress address, bool server)
    {
        var host = await BootAsync(name, LabPlan.OutsideResolver, server);
        await ToInternetAsync(host, "eth0");
        await host.IpAsync(
            $"addr add {address}/24 dev eth0",
            $"addr add {LabPlan.V6Of(address)}/64 dev eth0 nodad",
            "link set eth0 up",
            "route add 203.0.113.0/24 via 198.51.100.1",
            "route add 2001:db8:77::/64 via 2001:db8:51::1");
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_hosts.Select(host => host.DisposeAsync().AsTask()));
    }

    private async Task BuildAsync()
    {
        _switch = await BootAsync("internet", LabPlan.OutsideResolver, server: false);
        await _switch.IpAsync("link add internet type bridge", "link set internet up");

        Router = await BootAsync("router", LabPlan.OutsideResolver, server: false);
        Relay = await BootAsync("relay", LabPlan.Resolver, server: false);
        Edge = await BootAsync("edge", LabPlan.Resolver, server: false);
        await ToInternetAsync(Router, "inet0");
        await LabHost.ConnectAsync(Router, "lan0", Relay, "eth0");
        await LabHost.ConnectAsync(Router, "dmz0", Edge, "eth0");

        (await Router.RunAsync("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward && echo 1 > /proc/sys/net/ipv6/conf/all/forwarding")).MustSucceed();
        await Router.IpAsync(
            "addr add 198.51.100.1/24 dev inet0",
            "addr add 2001:db8:51::1/64 dev inet0 nodad",
            "link set inet0 up",
            "addr add 10.77.1.1/24 dev lan0",
            "addr add 2001:db8:77::1/64 dev lan0 nodad",
            "link set lan0 up",
            "addr add 203.0.113.129/25 dev dmz0",
            "link set dmz0 up",
            "route add unreachable 203.0.113.0/25");
        await Relay.IpAsync(
            [
                .. Addresses(LabPlan.KernelsChoice, 24, LabBrand.All.Select(brand => brand.Local)),
                .. Addresses(IPAddress.Parse("2001:db8:77::2"), 64, LabBrand.All.Select(brand => brand.V6)),
                "link set eth0 up",
                "route add default via 10.77.1.1",
                // An unbound socket over IPv6 takes ::2 as well, so that what leaves unplanned is the same in both families.
                "route add default via 2001:db8:77::1 src 2001:db8:77::2",
            ]);
        await Edge.IpAsync([.. Addresses(LabPlan.EdgeKernelsChoice, 25, LabBrand.All.Select(brand => brand.Edge)), "link set eth0 up", "route add default via 203.0.113.129"]);
    }

    private static IEnumerable<string> Addresses(IPAddress first, int length, IEnumerable<IPAddress> others) =>
        others.Prepend(first).Select(address => $"addr add {address}/{length} dev eth0{(address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? " nodad" : "")}");

    private async Task<LabHost> BootAsync(string name, IPAddress resolver, bool server)
    {
        var folder = Path.Combine(_folder, name);
        var etc = Directory.CreateDirectory(Path.Combine(folder, "etc")).FullName;
        await File.WriteAllTextAsync(Path.Combine(etc, "resolv.conf"), $"nameserver {resolver}\noptions timeout:2 attempts:2\n");
        await File.WriteAllTextAsync(Path.Combine(etc, "nsswitch.conf"), "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\n");
        await File.WriteAllTextAsync(Path.Combine(etc, "hosts"), $"127.0.0.1 localhost\n::1 localhost\n127.0.1.1 {name}\n");
        var host = await LabHost.BootAsync(name, folder, server);
        _hosts.Add(host);
        return host;
    }

    private async Task ToInternetAsync(LabHost host, string itsInterface)
    {
        var port = string.Create(CultureInfo.InvariantCulture, $"port{Interlocked.Increment(ref _ports)}");
        await LabHost.ConnectAsync(_switch!, port, host, itsInterface);
        await _switch!.IpAsync($"link set {port} master internet up");
    }
}
