using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Namesake.Configuration;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Sources;
using Namesake.Network.Inbound;

namespace Namesake.Tests.Configuration;

/// <summary>From a configuration to what TL-01, TL-05 and TL-06 say of it.</summary>
public sealed class ServedCertificatesTests : IDisposable
{
    private const string File = """
        node: relay1
        data: ./data
        listeners:
          - { address: "10.0.0.5:25", brand: acme, relayFrom: ["10.0.0.0/8"], name: LISTENER }
          - { address: "0.0.0.0:587", brand: acme }
        brands:
          - { id: acme, senderDomains: [acme.test], sources: [acme, pool] }
          - { id: beta, senderDomains: [beta.test], sources: [beta, pool] }
        sources:
          - { id: acme, localAddress: 10.0.0.5, publicAddress: 198.100.1.5, ehlo: mail.acme.test }
          - { id: beta, localAddress: 10.0.0.6, publicAddress: 198.100.1.6, ehlo: mx.beta-mail.test }
          - { id: pool, localAddress: 10.0.0.7, publicAddress: 198.100.1.7, ehlo: out.provider.test, shared: true }
        certificates:
        """;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_certificate_of_its_own_on_a_listener_of_its_own_passes()
    {
        var facts = FactsOf("acme", "mail.acme.test", ["mail.acme.test"], ["mx.beta-mail.test"]);
        Assert.Equal(["TL-05 Pass", "TL-06 Pass"], Outcomes(facts, "TL-05", "TL-06"));
        Assert.True(facts.Certificates!.ForEhlo!.Covers("mail.acme.test"));
        Assert.Equal("10.0.0.5:25", Assert.Single(facts.Certificates.Listeners).Address.ToString()); // not the wildcard's
        Assert.Equal(["acme.test", "mail.acme.test"], facts.Certificates.OwnNames.Select(name => name.Value).Order());
        Assert.Equal([("beta.test", "beta"), ("mx.beta-mail.test", "beta")], facts.Certificates.OthersNames.Select(other => (other.Name.Value, other.Brand)));
    }

    [Fact]
    public void A_listener_named_after_another_brand_presents_its_certificate_unasked() =>
        Assert.Equal(["TL-05 Pass", "TL-06 Bad"], Outcomes(FactsOf("acme", "mx.beta-mail.test", ["mail.acme.test"], ["mx.beta-mail.test"]), "TL-05", "TL-06"));

    [Fact]
    public void One_certificate_for_two_brands_links_them()
    {
        var facts = FactsOf("acme", "mail.acme.test", ["mail.acme.test", "mx.beta-mail.test"]);
        Assert.Equal(["TL-05 Bad"], Outcomes(facts, "TL-05"));
        Assert.Contains("mx.beta-mail.test of brand beta", Catalogue.Find("TL-05")!.Judge(facts).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shared_source_knows_the_names_of_all_its_brands() =>
        Assert.Empty(FactsOf("pool", "mail.acme.test", ["mail.acme.test"]).Certificates!.OthersNames);

    [Fact]
    public void The_first_certificate_for_want_of_a_better_is_not_made_for_the_name()
    {
        var facts = FactsOf("beta", "mail.acme.test", ["mail.acme.test"]);
        Assert.Null(facts.Certificates!.ForEhlo);
        Assert.Equal(["TL-01 NotObservable", "TL-05 NotApplicable", "TL-06 NotObservable"], Outcomes(facts, "TL-01", "TL-05", "TL-06"));
    }

    [Fact]
    public void What_clients_would_not_trust_is_TL01() =>
        Assert.Equal(["TL-01 Bad"], Outcomes(FactsOf("acme", "mail.acme.test", ["mail.acme.test"]), "TL-01"));

    private IdentityFacts FactsOf(string source, string listener, params string[][] certificates)
    {
        var entries = "";
        for (var i = 0; i < certificates.Length; i++)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            _directory.Write($"{i}.pem", SelfSigned(key, certificates[i]) + "\n" + key.ExportPkcs8PrivateKeyPem());
            entries += $"\n  - {{ name: [{string.Join(", ", certificates[i])}], certificateFile: {i}.pem, keyFile: {i}.pem }}";
        }
        var configuration = ConfigurationText.Good(File.Replace("LISTENER", listener, StringComparison.Ordinal) + entries, _directory.Path);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = X509Certificate2.CreateFromPem(SelfSigned(other, ["root.test"]));
        var found = configuration.Relay.Sources.Find(new SourceId(source))!;
        return new IdentityFacts { Source = found, Pool = [found], Certificates = ServedCertificates.Of(found, configuration.Relay, new ChainJudge([root]), ConfigurationText.Now) };
    }

    private static string[] Outcomes(IdentityFacts facts, params string[] checks) => [.. checks.Select(check => $"{check} {Catalogue.Find(check)!.Judge(facts).Outcome}")];

    private static string SelfSigned(ECDsa key, string[] names)
    {
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        using var certificate = request.CreateSelfSigned(ConfigurationText.Now.AddDays(-30), ConfigurationText.Now.AddDays(60));
        return certificate.ExportCertificatePem();
    }
}
