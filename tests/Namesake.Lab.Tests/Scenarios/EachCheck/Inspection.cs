using System.Net;
using System.Net.Sockets;
using System.Text;
using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Scenarios.EachCheck;

/// <summary>What firewalls did to SMTP for twenty years: reads along on the router, and overwrites keywords it doesn't know (PIX, ASA). The client's address stays as it is.</summary>
internal sealed class Inspection : IAsyncDisposable
{
    private const int Port = 10025;

    // The proxy's own leg leaves as the client, through the same translation: a privileged port tells the two apart.
    private const int FirstOwnPort = 700, LastOwnPort = 799;

    private readonly Socket _listener;
    private readonly Task _proxying;
    private readonly FirewallTable _diverting;

    private Inspection(Socket listener, Task proxying, FirewallTable diverting) => (_listener, _proxying, _diverting) = (listener, proxying, diverting);

    /// <param name="client">Whose network the connections onward are made from.</param>
    public static async Task<Inspection> StartAsync(LabHost router, LabHost client, IPAddress from, IPEndPoint to)
    {
        var listener = router.Listen(new IPEndPoint(IPAddress.Any, Port));
        var proxying = ProxyAsync(listener, client, from, to);
        return new Inspection(listener, proxying, await FirewallTable.LoadAsync(router, "ip inspect",
            $"chain pre {{ type nat hook prerouting priority dstnat;\nip saddr {from} ip daddr {to.Address} tcp dport {to.Port} tcp sport 1024-65535 redirect to :{Port}\n}}"));
    }

    public async ValueTask DisposeAsync()
    {
        await _diverting.DisposeAsync();
        _listener.Dispose();
        await _proxying;
    }

    private static async Task ProxyAsync(Socket listener, LabHost client, IPAddress from, IPEndPoint to)
    {
        var own = FirstOwnPort;
        try
        {
            while (true)
            {
                using var near = await listener.AcceptAsync();
                using var far = await client.DialAsync(to, new IPEndPoint(from, own));
                own = own == LastOwnPort ? FirstOwnPort : own + 1;
                await Task.WhenAll(PumpAsync(near, far, text => text), PumpAsync(far, near, text => text.Replace("STARTTLS", "XXXXXXXA", StringComparison.Ordinal)));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // It is switched off.
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, Func<string, string> change)
    {
        var buffer = new byte[8192];
        try
        {
            int length;
            while ((length = await from.ReceiveAsync(buffer)) > 0)
            {
                await to.SendAsync(Encoding.Latin1.GetBytes(change(Encoding.Latin1.GetString(buffer, 0, length))));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // One of the two hung up.
        }
    }
}
