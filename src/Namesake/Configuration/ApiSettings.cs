using System.Net;

namespace Namesake.Configuration;

public sealed record ApiSettings
{
    /// <summary>Where the REST API listens.</summary>
    /// <value>Default 127.0.0.1:8025: loopback until told otherwise. Port 0 takes any free port.</value>
    public IPEndPoint Address { get; init; } = new(IPAddress.Loopback, 8025);
}
