using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Namesake.Protocol.Dkim;

/// <summary>The framework has no Ed25519. What is signed is the hash, by the variant without another hash in front. RFC 8463 §3</summary>
internal sealed class Ed25519Key : DkimKey
{
    private readonly byte[] secret;
    private readonly byte[] point;

    private Ed25519Key(byte[] secret, byte[] point)
        : base(point) => (this.secret, this.point) = (secret, point);

    public override DkimAlgorithm Algorithm => DkimAlgorithm.Ed25519Sha256;

    public override int Bits => 256;

    public override int SignatureLength => Ed25519.SignatureSize;

    /// <param name="secret">The 32 octets that RFC 8032 calls the private key.</param>
    public static Ed25519Key From(byte[] secret)
    {
        var point = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(secret, 0, point, 0);
        return new Ed25519Key(secret, point);
    }

    public override void Sign(ReadOnlySpan<byte> hash, Span<byte> signature)
    {
        var made = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(secret, 0, point, 0, hash.ToArray(), 0, hash.Length, made, 0); // with the public key at hand it need not be computed again
        made.CopyTo(signature);
    }
}
