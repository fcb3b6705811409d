using System.Collections.Immutable;
using System.Net;

namespace Namesake.Network.Dns;

/// <summary>How DNS is asked and what is remembered.</summary>
public sealed record ResolverSettings
{
    /// <summary>Asked in this order; one that was silent goes last for a while. Empty: those of <see cref="SystemConfiguration"/>, read again when it changes.</summary>
    public ImmutableArray<IPEndPoint> Resolvers { get; init; } = [];

    /// <summary>Default /etc/resolv.conf. Without a usable line 127.0.0.1, as resolv.conf(5) says.</summary>
    public string SystemConfiguration { get; init; } = "/etc/resolv.conf";

    /// <summary>How long one try at a resolver waits. Default 3 s: a resolver that has to ask around needs more than a second now and then.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long one try at an authoritative server waits. Default 2 s: it need not ask anybody.</summary>
    public TimeSpan AuthoritativeTryTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the only try at an authoritative server waits that was silent within the last 30 s. Default 500 ms: further than any round trip.</summary>
    public TimeSpan SilentTryTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Tries per server before the next one. Default 2.</summary>
    public int Tries { get; init; } = 2;

    /// <summary>Questions on the wire at once; more wait. Default 256: each has a socket, and receivers' servers limit rates.</summary>
    public int InFlight { get; init; } = 256;

    /// <summary>Answers remembered. Default 100,000, about 50 MB at the most.</summary>
    public int RememberedAnswers { get; init; } = 100_000;

    /// <summary>No answer is remembered longer, whatever its TTL. Default 1 day (RFC 8767 §4 recommends a cap of days; reverse zones are changed by hand). There is no least time: TTL 0 is asked each time.</summary>
    public TimeSpan LongestMemory { get; init; } = TimeSpan.FromDays(1);

    /// <summary>No absence is remembered longer. Default 3 hours (RFC 2308 §5).</summary>
    public TimeSpan LongestNegativeMemory { get; init; } = TimeSpan.FromHours(3);

    /// <summary>Where authoritative servers listen. Default 53; another port serves tests and the lab only, DNS has no way to announce one.</summary>
    public int AuthoritativePort { get; init; } = 53;
}
