using System.Formats.Asn1;
using System.Numerics;

namespace Namesake.Protocol.Dkim;

/// <summary>What stands in <c>p=</c>: for RSA a SubjectPublicKeyInfo, or the bare RSAPublicKey that the text of RFC 6376 §3.6.1 speaks of; receivers take both.</summary>
internal static class DkimPublicKey
{
    private const string RsaOid = "1.2.840.113549.1.1.1";

    /// <summary>Why it is none; null when it is one.</summary>
    public static string? Fault(DkimAlgorithm algorithm, ReadOnlyMemory<byte> octets)
    {
        if (algorithm == DkimAlgorithm.Ed25519Sha256)
            return octets.Length == 32 ? null : $"p= of an ed25519 key has 32 octets, not {octets.Length}";
        return Rsa(octets) is not { } key ? "p= is no RSA key: it may have been cut off"
            : BitsOf(key.Modulus) < RsaKey.LeastBits ? $"the RSA key has {BitsOf(key.Modulus)} bits, and receivers believe none below {RsaKey.LeastBits} (RFC 8301)"
            : null;
    }

    public static int Bits(DkimAlgorithm algorithm, ReadOnlyMemory<byte> octets) =>
        algorithm == DkimAlgorithm.Ed25519Sha256 ? 256 : Rsa(octets) is { } key ? BitsOf(key.Modulus) : 0;

    public static bool Same(DkimAlgorithm algorithm, ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) => algorithm == DkimAlgorithm.Ed25519Sha256
        ? one.Span.SequenceEqual(other.Span)
        : Rsa(one) is { } a && Rsa(other) is { } b && a == b;

    private static int BitsOf(BigInteger modulus) => (int)modulus.GetBitLength();

    private static (BigInteger Modulus, BigInteger Exponent)? Rsa(ReadOnlyMemory<byte> octets)
    {
        try
        {
            var outer = new AsnReader(octets, AsnEncodingRules.BER).ReadSequence();
            if (outer.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
                return (Positive(outer), Positive(outer));
            if (outer.ReadSequence().ReadObjectIdentifier() != RsaOid)
                return null;
            var inner = new AsnReader(outer.ReadBitString(out _), AsnEncodingRules.BER).ReadSequence();
            return (Positive(inner), Positive(inner));
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static BigInteger Positive(AsnReader reader)
    {
        var number = reader.ReadInteger();
        return number.Sign > 0 ? number : throw new AsnContentException("a key's numbers are positive");
    }
}
