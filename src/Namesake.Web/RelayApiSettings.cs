using System.Net;

namespace Namesake.Web;

/// <summary>Where the API listens and what protects it.</summary>
public sealed record RelayApiSettings
{
    /// <value>Default 127.0.0.1:8025. Port 0 takes any free port.</value>
    public IPEndPoint Address { get; init; } = new(IPAddress.Loopback, 8025);

    /// <summary>Where the token file is made: the relay's data directory.</summary>
    public required string DataDirectory { get; init; }
}
