using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Pipeline;

namespace Namesake.Web;

/// <summary>Where the API listens and what protects it.</summary>
public sealed record RelayApiSettings
{
    /// <value>Default 127.0.0.1:8025. Port 0 takes any free port.</value>
    public IPEndPoint Address { get; init; } = new(IPAddress.Loopback, 8025);

    /// <summary>Where the token file is made: the relay's data directory.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Beyond loopback the API speaks TLS only, with the first of these whose name is asked for. Empty: it refuses to listen there, as its token would cross the network in clear.</summary>
    public ImmutableArray<CertificateModel> Certificates { get; init; } = [];
}
