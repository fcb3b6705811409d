using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Namesake.Protocol.Dkim;

internal sealed class RsaKey : DkimKey
{
    /// <summary>Signers must not use less. RFC 8301 §3.2</summary>
    public const int LeastBits = 1024;

    /// <summary>Verifiers need not know more. RFC 8301 §3.2</summary>
    public const int MostBits = 4096;

    private readonly RSAParameters parameters;

    /// <summary>The framework promises no thread safety for one object, and making one costs as much as a signature: as many are kept as ever signed at once.</summary>
    private readonly ConcurrentBag<RSA> idle = [];

    /// <param name="rsa">Owned by this key from here on.</param>
    public RsaKey(RSA rsa)
        : base(rsa.ExportSubjectPublicKeyInfo())
    {
        Bits = rsa.KeySize;
        parameters = rsa.ExportParameters(includePrivateParameters: true);
        idle.Add(rsa);
    }

    public override DkimAlgorithm Algorithm => DkimAlgorithm.RsaSha256;

    public override int Bits { get; }

    public override int SignatureLength => (Bits + 7) / 8;

    public override void Sign(ReadOnlySpan<byte> hash, Span<byte> signature)
    {
        if (!idle.TryTake(out var rsa))
            rsa = RSA.Create(parameters);
        if (!rsa.TrySignHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, out var written) || written != SignatureLength)
            throw new CryptographicException("The RSA signature has not the length of its key.");
        idle.Add(rsa); // not after an exception: what failed is thrown away
    }
}
