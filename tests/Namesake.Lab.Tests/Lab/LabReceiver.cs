using System.Net;

namespace Namesake.Lab.Tests.Lab;

/// <summary>Where the lab's receivers stand in the world: a domain, and the address of the one host that takes its mail.</summary>
public sealed record LabReceiver(string Domain, IPAddress Address)
{
    /// <summary>The host its MX names.</summary>
    public string Host => $"mx.{Domain}";
}
