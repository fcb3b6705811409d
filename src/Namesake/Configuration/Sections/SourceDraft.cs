using System.Net;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

internal sealed record SourceDraft(
    Place At,
    Placed<SourceId>? Id,
    Placed<IPAddress>? LocalAddress,
    Placed<IPAddress>? PublicAddress,
    Placed<HostName>? Ehlo,
    bool Shared,
    int Weight,
    bool Retiring,
    WarmUp? WarmUp,
    Attestation? Attested)
{
    /// <summary>For messages.</summary>
    public string Title => Id?.Value.Value ?? "?";
}
