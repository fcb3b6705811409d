using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Namesake.Protocol.Dkim;

/// <summary>The published half of a key, as receivers read it. RFC 6376 §3.6.1, RFC 8463 §4</summary>
public sealed record DkimKeyRecord
{
    private DkimKeyRecord()
    {
    }

    public DkimAlgorithm Algorithm { get; private init; }

    /// <summary>Empty when the key was withdrawn: <c>p=</c> without a value.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; private init; }

    public bool IsRevoked => PublicKey.IsEmpty;

    /// <summary>Strength in bits; 0 when revoked.</summary>
    public int Bits { get; private init; }

    /// <summary><c>h=</c>: the hashes that may be signed. Empty: any.</summary>
    public ImmutableArray<string> Hashes { get; private init; } = [];

    /// <summary><c>s=</c>: whether it may be used for mail.</summary>
    public bool IsForMail { get; private init; } = true;

    /// <summary><c>t=y</c>: receivers are asked to treat the signature as none.</summary>
    public bool IsTest { get; private init; }

    /// <summary><c>t=s</c>: what <c>i=</c> names must be of the signing domain itself.</summary>
    public bool IsStrict { get; private init; }

    /// <summary>We sign SHA-256 only. RFC 8301 §3.1</summary>
    public bool AllowsSha256 => Hashes.IsEmpty || Hashes.Contains("sha256");

    public static bool TryParse(string text, [NotNullWhen(true)] out DkimKeyRecord? record, [NotNullWhen(false)] out TagFault? fault)
    {
        record = null;
        if (!TagList.TryParse(text, out var tags, out fault))
            return false;
        var version = tags.Find("v");
        if (version is not null && (version.Value != "DKIM1" || version != tags.Tags[0]))
            fault = new TagFault(version.Position, "v= must be DKIM1 and stand first, or not at all");
        else if (tags.Find("p") is not { } key)
            fault = new TagFault(0, "p=, the public key, is missing");
        else if (AlgorithmOf(tags.Find("k")?.Value ?? "rsa") is not { } algorithm)
            fault = new TagFault(tags.Find("k")!.Position, $"k={tags.Find("k")!.Value} is no kind of key receivers know: rsa or ed25519");
        else if (Octets(key.Value) is not { } octets)
            fault = new TagFault(key.Position, "p= is not in base64");
        else if (octets.Length > 0 && DkimPublicKey.Fault(algorithm, octets) is { } broken)
            fault = new TagFault(key.Position, broken);
        else
            record = new DkimKeyRecord
            {
                Algorithm = algorithm,
                PublicKey = octets,
                Bits = octets.Length == 0 ? 0 : DkimPublicKey.Bits(algorithm, octets),
                Hashes = Parts(tags.Find("h")),
                IsForMail = tags.Find("s") is not { } service || Parts(service) is var services && (services.Contains("*") || services.Contains("email")),
                IsTest = Parts(tags.Find("t")).Contains("y"),
                IsStrict = Parts(tags.Find("t")).Contains("s"),
            };
        return record is not null;
    }

    /// <summary>Whether it is the same key, in whichever of its forms it was published.</summary>
    public bool IsSameKeyAs(DkimKeyRecord other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Algorithm == other.Algorithm && !IsRevoked && !other.IsRevoked && DkimPublicKey.Same(Algorithm, PublicKey, other.PublicKey);
    }

    private static DkimAlgorithm? AlgorithmOf(string kind) => kind switch
    {
        "rsa" => DkimAlgorithm.RsaSha256,
        "ed25519" => DkimAlgorithm.Ed25519Sha256,
        _ => null,
    };

    private static ImmutableArray<string> Parts(Tag? tag) => tag is null ? [] : [.. tag.Value.Split(':').Select(part => part.Trim())];

    private static byte[]? Octets(string value)
    {
        var text = string.Concat(value.Where(c => !char.IsWhiteSpace(c)));
        var octets = new byte[text.Length]; // more than enough
        return Convert.TryFromBase64String(text, octets, out var written) ? octets[..written] : null;
    }
}
