using System.Net;

namespace Namesake.Lab.Tests.Lab;

/// <summary>The lab's addresses. All are from the ranges kept for documentation and private use.</summary>
/// <remarks><code>
/// relay 10.77.1.2 .5 .6 .7 ──┐                     ┌── names .53 (BIND, primary), names2 .54 (BIND, secondary)
///                          router ── 198.51.100.0/24 ─┼── resolver .10 (the relay's Unbound), outside-resolver .11 (the receivers')
/// edge 203.0.113.130 .135 … ─┘ 203.0.113.1 .5 .6 .7  ├── postfix .21, exim .22
///                                                  └── echo .31, stranger .32, quiet .33, reflector .34 (in the test process)
/// </code>
/// The relay's first address, .2, is the one the kernel picks for a socket that isn't bound; the router translates it, and everything that
/// isn't planned, to 203.0.113.1.</remarks>
public static class LabPlan
{
    public static IPAddress KernelsChoice { get; } = IPAddress.Parse("10.77.1.2");

    /// <summary>The provider's general address, whose PTR names a host that doesn't exist.</summary>
    public static IPAddress DefaultPublic { get; } = IPAddress.Parse("203.0.113.1");

    public static IPAddress EdgeKernelsChoice { get; } = IPAddress.Parse("203.0.113.130");

    public static IPAddress Names { get; } = IPAddress.Parse("198.51.100.53");

    public static IPAddress Names2 { get; } = IPAddress.Parse("198.51.100.54");

    public static IPAddress Resolver { get; } = IPAddress.Parse("198.51.100.10");

    public static IPAddress OutsideResolver { get; } = IPAddress.Parse("198.51.100.11");

    public static IPAddress Postfix { get; } = IPAddress.Parse("198.51.100.21");

    public static IPAddress Exim { get; } = IPAddress.Parse("198.51.100.22");

    public static IPAddress Echo { get; } = IPAddress.Parse("198.51.100.31");

    public static IPAddress Stranger { get; } = IPAddress.Parse("198.51.100.32");

    public static IPAddress Quiet { get; } = IPAddress.Parse("198.51.100.33");

    public static IPAddress Reflector { get; } = IPAddress.Parse("198.51.100.34");

    /// <summary>Where <c>namesake reflect</c> and whoever looks from outside stand, when a scenario wants them.</summary>
    public static IPAddress Watchtower { get; } = IPAddress.Parse("198.51.100.36");

    public const string WatchtowerName = "watchtower.provider.example";

    /// <summary>The IPv6 address of an outside host: the same last number in 2001:db8:51::/64, read as hexadecimal digits.</summary>
    public static IPAddress V6Of(IPAddress outside) => IPAddress.Parse($"2001:db8:51::{outside.ToString().Split('.')[3]}");
}
