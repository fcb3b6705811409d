namespace Namesake.Network.Registries;

/// <summary>How registries of addresses are asked.</summary>
public sealed record RdapSettings
{
    /// <summary>Which server is responsible for which IPv4 block. Default IANA's file (RFC 9224 §5.1).</summary>
    public Uri BootstrapV4 { get; init; } = new("https://data.iana.org/rdap/ipv4.json");

    /// <summary>The same for IPv6.</summary>
    public Uri BootstrapV6 { get; init; } = new("https://data.iana.org/rdap/ipv6.json");

    /// <summary>How long a bootstrap file is used. Default 1 day.</summary>
    public TimeSpan BootstrapAge { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Longest question, redirects included. Default 15 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Largest answer read. Default 512 KiB: answers have some 20, IANA's files some 10.</summary>
    public int MostOctets { get; init; } = 512 * 1024;

    /// <summary>Servers without TLS are asked too. Default false; for tests and the lab only.</summary>
    public bool AllowHttp { get; init; }
}
