namespace Namesake.Network.Dns.Providers;

/// <summary>A PowerDNS authoritative server with its HTTP API. A key of it may everything there.</summary>
public sealed record PowerDnsSettings : DnsProviderSettings
{
    /// <summary>Without path: "http://127.0.0.1:8081".</summary>
    public required Uri Url { get; init; }

    public required string ApiKey { get; init; }

    /// <summary>As the API names it. Default "localhost", which is what PowerDNS calls itself; another only behind a proxy that serves several.</summary>
    public string Server { get; init; } = "localhost";

    /// <summary>For each request. Default 10 seconds: a write waits for the database behind it.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Never the key: records print themselves.</summary>
    public override string ToString() => $"{Id} ({Url})";
}
