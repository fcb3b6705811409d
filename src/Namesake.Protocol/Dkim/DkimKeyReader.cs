using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Namesake.Protocol.Dkim;

/// <summary>Finds the private key in a PEM file. RFC 7468</summary>
internal static class DkimKeyReader
{
    private const string RsaOid = "1.2.840.113549.1.1.1";
    private const string Ed25519Oid = "1.3.101.112";
    private const string MakeOne = "make one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048";

    public static bool TryRead(string? pem, [NotNullWhen(true)] out DkimKey? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        error = null;
        if (string.IsNullOrWhiteSpace(pem))
            error = $"the key is empty: {MakeOne}";
        // Before the blocks are looked for: an encrypted PKCS#1 block has lines that make it no block for the framework.
        else if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
            error = "the key is encrypted, and nobody is there to type its password: write it decrypted with openssl pkey -in OLD -out NEW, readable by the relay's user only";
        else if (pem.Contains("BEGIN OPENSSH PRIVATE KEY", StringComparison.Ordinal))
            error = $"the key is in the format of OpenSSH: convert a copy with ssh-keygen -p -N \"\" -m PKCS8 -f COPY, or {MakeOne}";
        else if (FindBlock(pem, out var other) is not { } block)
            error = other is null ? $"there is no private key in PEM form (-----BEGIN PRIVATE KEY-----) in it: {MakeOne}" : $"it holds a {other}, not the private key that belongs to it";
        else
        {
            try
            {
                key = block.Label == "RSA PRIVATE KEY" ? ReadRsa(rsa => rsa.ImportRSAPrivateKey(block.Octets, out _), out error) : ReadPkcs8(block, out error);
            }
            catch (Exception damage) when (damage is CryptographicException or AsnContentException)
            {
                error = $"the key is damaged ({damage.Message}): copy it again, or {MakeOne}";
            }
        }
        return key is not null;
    }

    /// <summary>The first block whose label ends with PRIVATE KEY.</summary>
    /// <param name="other">Label of a block that is something else.</param>
    private static (string Label, byte[] Octets)? FindBlock(ReadOnlySpan<char> text, out string? other)
    {
        other = null;
        while (PemEncoding.TryFind(text, out var fields))
        {
            var label = text[fields.Label].ToString();
            if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
                return (label, Convert.FromBase64String(text[fields.Base64Data].ToString()));
            other ??= label;
            text = text[fields.Location.End..];
        }
        return null;
    }

    private static DkimKey? ReadPkcs8((string Label, byte[] Octets) block, out string? error)
    {
        if (block.Label != "PRIVATE KEY")
            return Refuse($"the key is of the kind {block.Label}, and DKIM knows RSA and Ed25519 only: {MakeOne}", out error);
        var key = new AsnReader(block.Octets, AsnEncodingRules.BER).ReadSequence();
        key.ReadInteger();
        switch (key.ReadSequence().ReadObjectIdentifier())
        {
            case RsaOid:
                return ReadRsa(rsa => rsa.ImportPkcs8PrivateKey(block.Octets, out _), out error);
            case Ed25519Oid:
                error = null;
                var secret = new AsnReader(key.ReadOctetString(), AsnEncodingRules.BER).ReadOctetString(); // one in the other: RFC 8410 §7
                return secret.Length == 32 ? Ed25519Key.From(secret) : Refuse($"the Ed25519 key has {secret.Length} octets instead of 32: copy it again", out error);
            case var oid:
                return Refuse($"the key's algorithm has the number {oid}, and DKIM knows RSA and Ed25519 only: {MakeOne}", out error);
        }
    }

    private static RsaKey? ReadRsa(Action<RSA> import, out string? error)
    {
        var rsa = RSA.Create();
        try
        {
            import(rsa);
            error = rsa.KeySize < RsaKey.LeastBits ? $"the RSA key has {rsa.KeySize} bits, and receivers believe none below {RsaKey.LeastBits} (RFC 8301): {MakeOne}"
                : rsa.KeySize > RsaKey.MostBits ? $"the RSA key has {rsa.KeySize} bits, and receivers need not know more than {RsaKey.MostBits} (RFC 8301): {MakeOne}"
                : SignsWhatItVerifies(rsa) ? null
                : $"the key's two halves don't belong together: copy it again, or {MakeOne}";
            if (error is null)
                return new RsaKey(rsa);
        }
        catch
        {
            rsa.Dispose();
            throw;
        }
        rsa.Dispose();
        return null;
    }

    /// <summary>Some damage shows only in the signatures, which no receiver would believe.</summary>
    private static bool SignsWhatItVerifies(RSA rsa)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        return rsa.VerifyHash(hash, rsa.SignHash(hash.ToArray(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static DkimKey? Refuse(string reason, out string? error)
    {
        error = reason;
        return null;
    }
}
