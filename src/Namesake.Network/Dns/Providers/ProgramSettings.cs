using System.Collections.Immutable;

namespace Namesake.Network.Dns.Providers;

/// <summary>A program that writes records where nothing else here can: an API of a cloud, a panel, a script of the house. docs/dns-providers.md says what it is asked.</summary>
public sealed record ProgramSettings : DnsProviderSettings
{
    /// <summary>The program and its arguments. No shell stands between.</summary>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>For one request; the program is ended then. Default 30 seconds: APIs that finish later are waited for in it. At most 50, as a plan takes a call for lost after 60.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>It writes all changes of a request or none. Default false: most APIs change one record at a time.</summary>
    public bool IsAtomic { get; init; }

    /// <summary>Changes in one request. Default 1.</summary>
    public int MostPerWrite { get; init; } = 1;

    /// <summary>The other side refuses a PTR record until its name leads back to the address.</summary>
    public bool ForwardMustResolve { get; init; }

    /// <summary>Removing a PTR record brings back the provider's own, by this pattern. Null: removing removes.</summary>
    public string? DefaultPointer { get; init; }
}
