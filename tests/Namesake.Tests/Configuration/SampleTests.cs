using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Namesake.Configuration;
using Namesake.Core.Brands;

namespace Namesake.Tests.Configuration;

/// <summary>The samples are what newcomers copy: they must be read as they stand.</summary>
public sealed class SampleTests
{
    [Fact]
    public void The_small_sample_is_read_as_it_stands()
    {
        var reading = new ConfigurationReader().Read(Path.Combine(Repository.Root, "samples", "small.yaml"));
        Assert.NotNull(reading.Configuration);
        Assert.Contains("is an example address", Assert.Single(reading.Problems).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_complete_sample_is_read_once_the_files_it_names_are_there()
    {
        using var directory = new TemporaryDirectory();
        var text = File.ReadAllText(Path.Combine(Repository.Root, "samples", "namesake.yaml"));
        directory.Write("secrets/app1", PasswordHash.Of("secret", PasswordHash.FewestIterations).ToString());
        directory.Write("secrets/bravo-srs", "a secret of more than sixteen characters");
        WriteCertificate(directory, "certificates/provider");
        directory.Write("secrets/acme-dkim-rsa.pem", DkimKeys.Rsa());
        directory.Write("secrets/acme-dkim-ed25519.pem", DkimKeys.Ed25519);

        var reading = ConfigurationText.Read(text, directory.Path, new() { ["ACME_SRS_SECRET"] = "another secret of some length", ["ALARM_SECRET"] = "a third secret of some length", ["DATABASE_PASSWORD"] = "a fourth", ["TSIG_SECRET"] = "c2VjcmV0", ["POWERDNS_KEY"] = "a fifth" });

        Assert.True(reading.Configuration is not null, string.Join('\n', reading.Problems));
        Assert.All(reading.Problems, problem => Assert.Contains("is an example address", problem.Text, StringComparison.Ordinal));
        Assert.Equal(3, reading.Configuration.Relay.Brands.All.Length);
        Assert.Equal(5, reading.Configuration.Relay.Sources.All.Length);
        Assert.Equal(2, reading.Configuration.Relay.Sources.PoolOf(Protocol.Addresses.HostName.Parse("out.provider.example")).Length);
    }

    [Fact]
    public void The_complete_sample_says_the_defaults_where_it_says_optional_settings()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("secrets/app1", PasswordHash.Of("secret", PasswordHash.FewestIterations).ToString());
        directory.Write("secrets/bravo-srs", "a secret of more than sixteen characters");
        WriteCertificate(directory, "certificates/provider");
        directory.Write("secrets/acme-dkim-rsa.pem", DkimKeys.Rsa());
        directory.Write("secrets/acme-dkim-ed25519.pem", DkimKeys.Ed25519);
        var sample = ConfigurationText.Good(File.ReadAllText(Path.Combine(Repository.Root, "samples", "namesake.yaml")), directory.Path, new() { ["ACME_SRS_SECRET"] = "another secret of some length", ["ALARM_SECRET"] = "a third secret of some length", ["DATABASE_PASSWORD"] = "a fourth", ["TSIG_SECRET"] = "c2VjcmV0", ["POWERDNS_KEY"] = "a fifth" });
        var bare = ConfigurationText.Good(ConfigurationText.Small, directory.Path);

        var changes = ReloadPlan.Between(bare, sample).NeedsRestart.Where(change => !change.Path.StartsWith("listeners", StringComparison.Ordinal)).Select(change => change.Path);
        Assert.Equal(["dns: resolvers", "database"], changes);
    }

    private static void WriteCertificate(TemporaryDirectory directory, string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=relay", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("*.provider.example");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(ConfigurationText.Now.AddDays(-1), ConfigurationText.Now.AddDays(90));
        directory.Write(path + ".pem", certificate.ExportCertificatePem());
        directory.Write(path + ".key", key.ExportPkcs8PrivateKeyPem());
    }
}
