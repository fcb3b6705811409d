using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Namesake.Protocol.Dkim;

/// <summary>A private key that signs mail. May be used by any number of threads at once.</summary>
public abstract class DkimKey
{
    private protected DkimKey(byte[] publicKey) => PublicKey = publicKey;

    public abstract DkimAlgorithm Algorithm { get; }

    /// <summary>Strength in bits: the modulus of RSA, 256 for Ed25519.</summary>
    public abstract int Bits { get; }

    /// <summary>Octets of a signature.</summary>
    public abstract int SignatureLength { get; }

    /// <summary>As it stands in <c>p=</c>: SubjectPublicKeyInfo for RSA, the 32 octets themselves for Ed25519. RFC 6376 §3.6.1, RFC 8463 §4</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>What <c>a=</c> says. RFC 6376 §3.5</summary>
    public string AlgorithmName => Algorithm == DkimAlgorithm.Ed25519Sha256 ? "ed25519-sha256" : "rsa-sha256";

    /// <summary>Kind, strength and a fingerprint of the public half, for people who compare.</summary>
    public sealed override string ToString() =>
        $"{AlgorithmName} {(Algorithm == DkimAlgorithm.RsaSha256 ? $"{Bits} bits " : "")}{Convert.ToHexStringLower(SHA256.HashData(PublicKey.Span).AsSpan(0, 4))}";

    /// <summary>Reads a private key from PEM text: PKCS#8 (RSA or Ed25519) or PKCS#1 (RSA).</summary>
    /// <param name="error">What is wrong and what to do; never a part of the key.</param>
    public static bool TryRead(string? pem, [NotNullWhen(true)] out DkimKey? key, [NotNullWhen(false)] out string? error) => DkimKeyReader.TryRead(pem, out key, out error);

    /// <param name="hash">SHA-256 of what is signed.</param>
    /// <param name="signature"><see cref="SignatureLength"/> octets.</param>
    /// <exception cref="CryptographicException">The system's cryptography failed.</exception>
    public abstract void Sign(ReadOnlySpan<byte> hash, Span<byte> signature);
}
