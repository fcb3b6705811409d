using System.Collections.Concurrent;
using System.Net;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Pipeline;
using Namesake.Core.Sources;
using Namesake.Network.Inbound;
using Namesake.Network.Tests.Inbound;
using Namesake.Network.Tests.Sockets;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.RealServers;

/// <summary>TL-04 whole: the probe, a validating Unbound before a signed zone, and a server that speaks TLS.</summary>
public sealed class DaneTests(BindAndUnbound servers) : IClassFixture<BindAndUnbound>
{
    [Fact]
    public async Task A_certificate_that_fits_its_signed_TLSA_record_passes()
    {
        await servers.StartedAsync();
        var facts = await LookAsync("mail.signed.example", servers.Certificate);
        Assert.Equal("signed.example", Assert.Single(facts.Inbound!.Dane!.MxOf).Value);
        Assert.Equal((CheckOutcome.Pass, ""), (Tl04(facts).Outcome, BadOnes(facts)));
    }

    [Fact]
    public async Task A_new_key_without_its_record_is_TL04_alone()
    {
        await servers.StartedAsync();
        var facts = await LookAsync("mail.signed.example", TestCertificates.For("mail.signed.example"));
        Assert.Equal("TL-04", BadOnes(facts));
        Assert.Contains($"3 1 1 {servers.KeyHash[..8]}…", Tl04(facts).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_of_an_unsigned_zone_say_nothing()
    {
        await servers.StartedAsync();
        var facts = await LookAsync("mail.plain.example", TestCertificates.For("mail.plain.example"));
        Assert.Equal((CheckOutcome.Unknown, ""), (Tl04(facts).Outcome, BadOnes(facts)));
        Assert.Contains("came without AD", Tl04(facts).Seen, StringComparison.Ordinal);
    }

    private async Task<IdentityFacts> LookAsync(string ehlo, CertificateModel certificate)
    {
        await using var server = await KnockedServer.OpenAsync(KnockedServer.Polite(new ConcurrentQueue<string>(), ehlo, _ => certificate));
        using var resolver = servers.Through(servers.Unbound);
        var visitor = new InboundVisitor(new InboundVisitSettings { TrustedRoots = TestCertificates.Roots }, TimeProvider.System);
        var source = new Source { Id = new SourceId("acme"), LocalAddress = IPAddress.Loopback, PublicAddress = IPAddress.Loopback, Ehlo = HostName.Parse(ehlo) };
        var basis = new IdentityFacts { Source = source, Pool = [source], TreatAsPublic = [IPRange.Parse("127.0.0.0/8")] };
        var probe = new InboundProbe(visitor, resolver, new InboundOptions { Port = server.At.Port });
        return (await probe.LookAsync(basis, TestContext.Current.CancellationToken))(basis);
    }

    private static CheckResult Tl04(IdentityFacts facts) => Catalogue.Find("TL-04")!.Judge(facts);

    private static string BadOnes(IdentityFacts facts) => string.Join(' ', Catalogue.Judge(facts).Where(result => result.IsBad).Select(result => result.Check));
}
