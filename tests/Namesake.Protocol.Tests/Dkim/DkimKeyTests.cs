using System.Security.Cryptography;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Dkim;

namespace Namesake.Protocol.Tests.Dkim;

public sealed class DkimKeyTests
{
    [Fact]
    public void Keys_are_read_in_both_forms()
    {
        using var rsa = RSA.Create(2048);
        var pkcs8 = Keys.Read(rsa.ExportPkcs8PrivateKeyPem());
        var pkcs1 = Keys.Read("text before is passed over\n" + rsa.ExportRSAPrivateKeyPem() + "\n");
        Assert.Equal(pkcs8.PublicKey, pkcs1.PublicKey.ToArray());
        Assert.Equal((DkimAlgorithm.RsaSha256, 2048, 256), (pkcs8.Algorithm, pkcs8.Bits, pkcs8.SignatureLength));
        var ed25519 = Keys.Read(Keys.PublishedEd25519);
        Assert.Equal((DkimAlgorithm.Ed25519Sha256, 256, 64), (ed25519.Algorithm, ed25519.Bits, ed25519.SignatureLength));
    }

    public static TheoryData<string, string> Refused()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(1024);
        using var weak = RSA.Create(768);
        var encrypted = rsa.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1));
        var pem = rsa.ExportPkcs8PrivateKeyPem();
        var broken = rsa.ExportPkcs8PrivateKey();
        broken[^5] ^= 1;
        return new TheoryData<string, string>
        {
            { "", "the key is empty: make one with: openssl genpkey" },
            { "secret", "no private key in PEM form" },
            { encrypted, "openssl pkey -in OLD -out NEW" },
            { "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n", "the key is encrypted" },
            { "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n", "ssh-keygen -p" },
            { rsa.ExportSubjectPublicKeyInfoPem(), "it holds a PUBLIC KEY, not the private key" },
            { ec.ExportPkcs8PrivateKeyPem(), "1.2.840.10045.2.1, and DKIM knows RSA and Ed25519 only" },
            { ec.ExportECPrivateKeyPem(), "of the kind EC PRIVATE KEY" },
            { weak.ExportPkcs8PrivateKeyPem(), "has 768 bits, and receivers believe none below 1024" },
            { "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "damaged" },
            { "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n", "damaged" },
            { PemEncoding.WriteString("PRIVATE KEY", broken), "" },
            { Keys.Ed25519Pem(new byte[31]), "" },
        };
    }

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void A_key_that_cannot_sign_is_refused_with_what_to_do(string pem, string error)
    {
        Assert.False(DkimKey.TryRead(pem, out var key, out var said));
        Assert.Null(key);
        Assert.Contains(error, said, StringComparison.Ordinal);
        Assert.DoesNotContain("AAAA", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_longer_than_receivers_must_know_is_refused()
    {
        using var rsa = RSA.Create(4104); // quick enough, once
        Assert.False(DkimKey.TryRead(rsa.ExportPkcs8PrivateKeyPem(), out _, out var error));
        Assert.Contains("need not know more than 4096", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_record_is_cut_into_strings_for_a_zone_file()
    {
        var signer = Keys.Signer("acme.example", "202601", Keys.Rsa);
        Assert.Equal("202601._domainkey.acme.example", signer.RecordName.Value);
        Assert.StartsWith("v=DKIM1; k=rsa; p=MIIBIjAN", signer.RecordText, StringComparison.Ordinal);
        var strings = signer.RecordStrings.Split("\" \"");
        Assert.Equal(2, strings.Length);
        Assert.All(strings, part => Assert.True(part.Trim('"').Length <= 255));
        Assert.Equal(signer.RecordText, string.Concat(strings).Trim('"'));
    }

    [Theory]
    [InlineData("", "the selector is empty")]
    [InlineData("a b", "has ' '")]
    [InlineData("a_b", "has '_'")]
    [InlineData("a\n", "has a control character (code 10)")]
    [InlineData("ü", "which is no letter of DNS")]
    [InlineData("a..b", "empty label")]
    [InlineData("-a", "hyphen")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "longer than 63")]
    public void A_selector_that_makes_no_name_is_refused(string selector, string error)
    {
        Assert.False(DkimSigner.TryCreate(DomainName.Parse("acme.example"), selector, Keys.Ed25519, out _, out var said));
        Assert.Contains(error, said, StringComparison.Ordinal);
    }
}
