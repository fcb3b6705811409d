using System.Net;

namespace Namesake.Core.Sources;

/// <summary>The port to the node's own addresses. What counts is whether bind works, not a list of interfaces (any-IP routes exist).</summary>
public interface ILocalAddresses
{
    /// <summary>Tries to bind a socket to the address, without traffic.</summary>
    BindResult TryBind(IPAddress address);

    /// <summary>Raised when the node gains or loses an address.</summary>
    event Action? Changed;
}

/// <param name="Trouble">Why not, in the operating system's words; null when it works.</param>
/// <param name="Temporary">An IPv6 temporary (privacy) or deprecated address: refused as an identity.</param>
/// <param name="IsKnown">False: it could not be tried, because this process is out of descriptors or memory. That says nothing about the address.</param>
public sealed record BindResult(bool Works, string? Trouble, bool Temporary = false, bool IsKnown = true);
