using System.Net;
using System.Net.Sockets;
using Namesake.Core.Pipeline;

namespace Namesake.Network.Sockets;

/// <summary>What the operating system's errors mean for a source and a receiver. The same error means different things at bind and at connect.</summary>
internal static class DialTrouble
{
    // <errno.h> on Linux; .NET has no SocketError for the first and merges the others.
    private const int OutOfMemory = 12;
    private const int FileTableOverflow = 23;
    private const int TooManyOpenFiles = 24;

    public static DialFailure AtBind(SocketException trouble) => trouble.SocketErrorCode switch
    {
        SocketError.AddressNotAvailable => DialFailure.AddressMissing,
        // Without IP_BIND_ADDRESS_NO_PORT: every port of this address is taken.
        SocketError.AddressAlreadyInUse => DialFailure.OutOfResources,
        // IPv6 switched off on this host, or a link-local address without its interface: not one of ours as written.
        SocketError.AddressFamilyNotSupported or SocketError.InvalidArgument => DialFailure.AddressMissing,
        _ => IsOwnLimit(trouble) ? DialFailure.OutOfResources : DialFailure.Failed,
    };

    public static DialFailure AtConnect(SocketException trouble, IPAddress local) => trouble.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => DialFailure.Refused,
        SocketError.TimedOut => DialFailure.TimedOut,
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown => DialFailure.Unreachable,
        // No port left towards this receiver. But the address may also have gone since bind: the kernel then says one or the other.
        SocketError.AddressNotAvailable or SocketError.AddressAlreadyInUse => StillBinds(local) ? DialFailure.OutOfResources : DialFailure.AddressMissing,
        SocketError.InvalidArgument => StillBinds(local) ? DialFailure.Failed : DialFailure.AddressMissing,
        _ => IsOwnLimit(trouble) ? DialFailure.OutOfResources : DialFailure.Failed,
    };

    public static bool IsOwnLimit(SocketException trouble) =>
        trouble.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable
        || (!OperatingSystem.IsWindows() && trouble.NativeErrorCode is OutOfMemory or FileTableOverflow or TooManyOpenFiles);

    private static bool StillBinds(IPAddress local)
    {
        try
        {
            SourceSocket.Bind(local).Dispose();
            return true;
        }
        catch (SocketException trouble)
        {
            return AtBind(trouble) != DialFailure.AddressMissing;
        }
    }
}
