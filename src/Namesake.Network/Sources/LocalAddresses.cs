using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Namesake.Core.Sources;
using Namesake.Network.Sockets;

namespace Namesake.Network.Sources;

/// <summary>The node's own addresses, as bind sees them. The kernel tells when they change (netlink on Linux, tried: within milliseconds).</summary>
public sealed class LocalAddresses : ILocalAddresses, IDisposable
{
    public LocalAddresses() => NetworkChange.NetworkAddressChanged += OnChange;

    public event Action? Changed;

    public BindResult TryBind(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var source = EndPoints.Normalised(address);
        if (EndPoints.IsUnspecified(source))
            return new BindResult(false, "a wildcard is no address: the system would choose one");
        try
        {
            SourceSocket.Bind(source).Dispose();
            return new BindResult(true, null, source.AddressFamily == AddressFamily.InterNetworkV6 && InterfaceFlags.IsTemporary(source));
        }
        catch (SocketException trouble)
        {
            return new BindResult(false, trouble.Message, IsKnown: !DialTrouble.IsOwnLimit(trouble));
        }
    }

    public void Dispose() => NetworkChange.NetworkAddressChanged -= OnChange;

    private void OnChange(object? sender, EventArgs change) => Changed?.Invoke();
}
