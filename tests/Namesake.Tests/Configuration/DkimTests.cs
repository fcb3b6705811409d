using Namesake.Configuration;
using Namesake.Protocol.Addresses;

namespace Namesake.Tests.Configuration;

public sealed class DkimTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public DkimTests()
    {
        _directory.Write("rsa.pem", DkimKeys.Rsa());
        _directory.Write("ed.pem", DkimKeys.Ed25519);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Each_entry_signs_once_for_the_nearest_domain_of_the_brand()
    {
        var brand = Read("acme.test, news.acme.test, acme.example", "{ selector: s1, keyFile: rsa.pem }, { selector: s2, keyFile: ed.pem, domain: acme.test }");

        Assert.Equal(["s1 acme.test", "s2 acme.test"], Signers(brand, "acme.test"));
        Assert.Equal(["s1 news.acme.test", "s2 acme.test"], Signers(brand, "news.acme.test"));
        Assert.Equal(["s1 acme.example"], Signers(brand, "acme.example"));
        Assert.Equal(["s1 acme.test", "s2 acme.test"], Signers(brand, "below.acme.test"));
        Assert.Empty(Signers(brand, "other.test"));
        Assert.Empty(Signers(brand, "test"));
    }

    [Fact]
    public void The_return_path_domain_is_the_brands_too()
    {
        var brand = Read("acme.test", "{ selector: s1, keyFile: rsa.pem }", "returnPathDomain: bounces.test, ");
        Assert.Equal(["s1 bounces.test"], Signers(brand, "bounces.test"));
    }

    [Theory]
    [InlineData("{ selector: s1, keyFile: none.pem }", "dkim: keyFile ", "can't be read: there is no such file")]
    [InlineData("{ selector: s1, keyFile: weak.pem }", "keyFile weak.pem: the RSA key has 768 bits", "openssl genpkey")]
    [InlineData("{ selector: s1, keyFile: text.pem }", "keyFile text.pem: there is no private key in PEM form", "openssl genpkey")]
    [InlineData("{ selector: s1, keyFile: rsa.pem, domain: other.test }", "domain other.test is none of the brand's", "(acme.test)")]
    [InlineData("{ selector: a_b, keyFile: rsa.pem }", "the selector \"a_b\" has '_'", "")]
    [InlineData("{ selector: s1, keyFile: rsa.pem }, { selector: S1, keyFile: ed.pem }", "the selector S1 stands for another key in line 6 already", "")]
    [InlineData("{ keyFile: rsa.pem }", "selector: is missing", "")]
    public void What_cannot_sign_is_an_error_with_its_place_and_its_cure(string dkim, string expected, string alsoExpected)
    {
        _directory.Write("weak.pem", DkimKeys.Rsa(768));
        _directory.Write("text.pem", "v=DKIM1; p=MIGf");
        var reading = ConfigurationText.Read(Text("acme.test", dkim), _directory.Path);

        var error = Assert.Single(reading.Problems, problem => problem.IsError);
        Assert.Equal(6, error.Place?.Line);
        Assert.Contains(expected, error.Text, StringComparison.Ordinal);
        Assert.Contains(alsoExpected, error.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ selector: s1, keyFile: short.pem }", "has 1024 bits; 2048 are right")]
    [InlineData("{ selector: s1, keyFile: ed.pem }", "Ed25519 keys only, which many receivers can't verify")]
    public void What_signs_badly_is_a_warning(string dkim, string expected)
    {
        _directory.Write("short.pem", DkimKeys.Rsa(1024));
        var warning = Assert.Single(ConfigurationText.Read(Text("acme.test", dkim), _directory.Path).Problems);
        Assert.False(warning.IsError);
        Assert.Contains(expected, warning.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_key_in_the_same_file_takes_effect_by_a_reload()
    {
        var before = ConfigurationText.Good(Text("acme.test", "{ selector: s1, keyFile: rsa.pem }"), _directory.Path);
        Assert.Empty(ReloadPlan.Between(before, ConfigurationText.Good(Text("acme.test", "{ selector: s1, keyFile: rsa.pem }"), _directory.Path)).Live);
        _directory.Write("rsa.pem", DkimKeys.Rsa());

        var plan = ReloadPlan.Between(before, ConfigurationText.Good(Text("acme.test", "{ selector: s1, keyFile: rsa.pem }"), _directory.Path));

        Assert.Equal("brands acme: dkim", Assert.Single(plan.Live).Path);
        Assert.Empty(plan.NeedsRestart);
        Assert.NotSame(before.Relay.Brands.All[0].Dkim, plan.Effective.Relay.Brands.All[0].Dkim);
    }

    private Core.Brands.Brand Read(string domains, string dkim, string more = "") => ConfigurationText.Good(Text(domains, dkim, more), _directory.Path).Relay.Brands.All[0];

    private static string Text(string domains, string dkim, string more = "") =>
        ConfigurationText.With("senderDomains: [acme.test], sources: [acme-v4] }", $"senderDomains: [{domains}], {more}sources: [acme-v4], dkim: [ {dkim} ] }}");

    private static IEnumerable<string> Signers(Core.Brands.Brand brand, string from) => brand.Dkim.SignersOf(DomainName.Parse(from)).Select(signer => $"{signer.Selector} {signer.Domain}");
}
