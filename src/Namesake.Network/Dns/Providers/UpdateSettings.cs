using System.Collections.Immutable;
using System.Net;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns.Providers;

/// <summary>A server that takes updates signed with a key. RFC 2136, RFC 8945</summary>
public sealed record UpdateSettings : DnsProviderSettings
{
    public required IPEndPoint Server { get; init; }

    public required UpdateKey Key { get; init; }

    /// <summary>For each question and each update. Default 5 seconds: an update waits for the server's disk.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}

/// <param name="Name">As the server knows it.</param>
/// <param name="Secret">The shared secret itself, decoded.</param>
public sealed record UpdateKey(DomainName Name, UpdateAlgorithm Algorithm, ImmutableArray<byte> Secret)
{
    /// <summary>Never the secret: records print themselves.</summary>
    public override string ToString() => $"{Name} ({Algorithm.Word()})";
}

/// <summary>RFC 8945 §6: those that should be used. MD5 is not offered, SHA-1 only because servers have keys of that time.</summary>
public enum UpdateAlgorithm
{
    HmacSha256,
    HmacSha1,
    HmacSha384,
    HmacSha512,
}

public static class UpdateAlgorithmWords
{
    /// <summary>As in the configuration of name servers.</summary>
    public static string Word(this UpdateAlgorithm algorithm) => algorithm switch
    {
        UpdateAlgorithm.HmacSha1 => "hmac-sha1",
        UpdateAlgorithm.HmacSha384 => "hmac-sha384",
        UpdateAlgorithm.HmacSha512 => "hmac-sha512",
        _ => "hmac-sha256",
    };
}
