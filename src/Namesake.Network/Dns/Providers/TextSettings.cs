using System.Net;

namespace Namesake.Network.Dns.Providers;

/// <summary>Zones that a person or a pipeline writes, with the text that `namesake show --as` gives.</summary>
public sealed record TextSettings : DnsProviderSettings
{
    /// <summary>The primary server: plans expect what it says. Asked over TCP, without a key.</summary>
    public required IPEndPoint Server { get; init; }

    public required TextForm Form { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}

public enum TextForm
{
    /// <summary>A script for Windows DNS.</summary>
    PowerShell,

    /// <summary>A patch of a zone file.</summary>
    ZoneFile,
}
