using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Namesake.Tests.Configuration;

public sealed class CertificateTests : IDisposable
{
    private const string Entry = "\ncertificates: [ { name: mail.acme.test, certificateFile: tls/cert.pem, keyFile: tls/key.pem } ]";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_certificate_comes_with_its_key_and_its_intermediates()
    {
        using var authorityKey = RSA.Create(2048);
        var authorityRequest = new CertificateRequest("CN=Authority", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(ConfigurationText.Now.AddDays(-1), ConfigurationText.Now.AddYears(1));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(key);
        using var leaf = request.Create(authority.SubjectName, X509SignatureGenerator.CreateForRSA(authorityKey, RSASignaturePadding.Pkcs1), ConfigurationText.Now.AddDays(-1), ConfigurationText.Now.AddDays(90), [1, 2, 3]);
        _directory.Write("tls/cert.pem", leaf.ExportCertificatePem() + "\n" + authority.ExportCertificatePem());
        _directory.Write("tls/key.pem", key.ExportPkcs8PrivateKeyPem());

        var configuration = ConfigurationText.Good(ConfigurationText.Small + Entry, _directory.Path);

        var model = Assert.Single(configuration.Relay.Certificates);
        Assert.Equal("mail.acme.test", Assert.Single(model.Names));
        Assert.True(model.Certificate.HasPrivateKey);
        Assert.Equal(leaf.Thumbprint, model.Certificate.Thumbprint);
        Assert.Equal(authority.Thumbprint, Assert.Single(model.Intermediates).Thumbprint);
    }

    [Fact]
    public void Certificate_and_key_may_stand_in_one_file()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var both = SelfSigned(key, 90) + "\n" + key.ExportECPrivateKeyPem();
        _directory.Write("tls/cert.pem", both);
        _directory.Write("tls/key.pem", both);
        Assert.Empty(Read());
    }

    [Theory]
    [InlineData("missing certificate", "certificateFile", "there is no such file")]
    [InlineData("missing key", "keyFile", "there is no such file")]
    [InlineData("another key", "keyFile tls/key.pem is not the key of tls/cert.pem", "")]
    [InlineData("encrypted key", "is encrypted, and nobody is there to type its password", "")]
    [InlineData("no key in it", "holds no private key in PEM form", "")]
    [InlineData("no certificate in it", "holds no certificate in PEM form", "")]
    [InlineData("garbled certificate", "holds no certificate in PEM form", "")]
    [InlineData("garbled key", "is not the key of", "")]
    [InlineData("huge", "larger than 1 MiB", "")]
    [InlineData("directory", "can't be read", "")]
    public void What_cannot_serve_is_an_error_with_its_reason(string fault, string expected, string alsoExpected)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (certificate, pem) = (SelfSigned(key, 90), key.ExportPkcs8PrivateKeyPem());
        _directory.Write("tls/cert.pem", fault switch
        {
            "no certificate in it" => pem,
            "garbled certificate" => "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
            "huge" => new string('x', 2_000_000),
            _ => certificate,
        });
        _directory.Write("tls/key.pem", fault switch
        {
            "another key" => other.ExportPkcs8PrivateKeyPem(),
            "encrypted key" => key.ExportEncryptedPkcs8PrivateKeyPem("password", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)),
            "no key in it" => certificate,
            "garbled key" => "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n",
            _ => pem,
        });
        if (fault == "missing certificate")
            File.Delete(Path.Combine(_directory.Path, "tls/cert.pem"));
        if (fault is "missing key" or "directory")
            File.Delete(Path.Combine(_directory.Path, "tls/key.pem"));
        if (fault == "directory")
            Directory.CreateDirectory(Path.Combine(_directory.Path, "tls/key.pem"));

        var error = Assert.Single(ConfigurationText.Read(ConfigurationText.Small + Entry, _directory.Path).Problems);
        Assert.True(error.IsError);
        Assert.Contains(expected, error.Text, StringComparison.Ordinal);
        Assert.Contains(alsoExpected, error.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, "has expired on 2026-11-29")]
    [InlineData(5, "expires on 2026-12-05")]
    public void A_certificate_near_or_past_its_end_is_a_warning(int days, string expected)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write(SelfSigned(key, days), key);
        Assert.Contains(expected, Assert.Single(Read()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_made_out_to_another_name_is_a_warning()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write(SelfSigned(key, 90), key);
        var reading = ConfigurationText.Read(ConfigurationText.Small + Entry.Replace("name: mail.acme.test", "name: [\"*.acme.test\", mail.bravo.test]", StringComparison.Ordinal), _directory.Path);
        Assert.NotNull(reading.Configuration);
        Assert.Contains("is not made out to *.acme.test", reading.Problems[0].Text, StringComparison.Ordinal);
        Assert.Contains("is not made out to mail.bravo.test", reading.Problems[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wildcard_certificate_serves_a_wildcard_name()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write(SelfSigned(key, 90, "*.acme.test"), key);
        var reading = ConfigurationText.Read(ConfigurationText.Small + Entry.Replace("name: mail.acme.test", "name: [\"*.acme.test\", mail.acme.test]", StringComparison.Ordinal), _directory.Path);
        Assert.Empty(reading.Problems);
    }

    [Fact]
    public void A_key_that_everybody_reads_is_a_warning()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write(SelfSigned(key, 90), key);
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has other permissions.");
        else
            File.SetUnixFileMode(Path.Combine(_directory.Path, "tls/key.pem"), UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        Assert.Contains("can be read by every user", Assert.Single(Read()), StringComparison.Ordinal);
    }

    private void Write(string certificate, ECDsa key)
    {
        _directory.Write("tls/cert.pem", certificate);
        _directory.Write("tls/key.pem", key.ExportPkcs8PrivateKeyPem());
    }

    private List<string> Read()
    {
        var reading = ConfigurationText.Read(ConfigurationText.Small + Entry, _directory.Path);
        Assert.NotNull(reading.Configuration);
        return [.. reading.Problems.Select(problem => problem.Text)];
    }

    private static string SelfSigned(ECDsa key, int days, string name = "mail.acme.test")
    {
        using var certificate = Request(key, name).CreateSelfSigned(ConfigurationText.Now.AddDays(-100), ConfigurationText.Now.AddDays(days));
        return certificate.ExportCertificatePem();
    }

    private static CertificateRequest Request(ECDsa key, string name = "mail.acme.test")
    {
        var request = new CertificateRequest("CN=relay", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request;
    }
}
