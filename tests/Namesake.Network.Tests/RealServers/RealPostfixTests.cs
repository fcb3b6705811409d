using System.Net;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Sources;
using Namesake.Network.Inbound;
using Namesake.Network.Tests.Sockets;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.RealServers;

/// <summary>The checks of group TL against a real Postfix, looked at by the real visitor.</summary>
public sealed class RealPostfixTests(RealPostfix postfix) : IClassFixture<RealPostfix>
{
    [Fact]
    public async Task A_Postfix_as_it_should_be_passes()
    {
        await postfix.StartedAsync();
        var facts = await LookAsync(postfix.Closed, "mail.acme.example");
        Assert.Equal(["TL-01 Pass", "TL-02 Pass", "TL-03 Pass", "TL-04 NotObservable", "TL-05 NotObservable", "TL-06 Pass"], TlsAudit.All.Select(check => $"{check.Id} {check.Judge(facts).Outcome}"));
        Assert.Contains("Relay access denied", Result(facts, "TL-03").Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Postfix_that_trusts_the_whole_world_is_an_open_relay_and_nothing_else()
    {
        await postfix.StartedAsync();
        var facts = await LookAsync(postfix.Open, "mail.acme.example");
        Assert.Equal("TL-03", Assert.Single(TlsAudit.All, check => check.Judge(facts).IsBad).Id);
        Assert.Contains(facts.Inbound!.Relay!.Taken, attempt => attempt.Form == RelayForm.Plain);
        Assert.Equal(RelayAnswer.Refused, facts.Inbound.Relay.Of(RelayForm.OwnDomain)); // 550 5.1.1 User unknown
    }

    [Fact]
    public async Task A_Postfix_of_another_name_has_neither_its_greeting_nor_its_certificate()
    {
        await postfix.StartedAsync();
        var facts = await LookAsync(postfix.Closed, "mail.beta.example");
        Assert.Equal(["TL-01", "TL-02"], TlsAudit.All.Where(check => check.Judge(facts).IsBad).Select(check => check.Id));
    }

    private static CheckResult Result(IdentityFacts facts, string check) => Catalogue.Find(check)!.Judge(facts);

    private static async Task<IdentityFacts> LookAsync(IPEndPoint at, string ehlo)
    {
        var source = new Source { Id = new SourceId("acme"), LocalAddress = at.Address, PublicAddress = at.Address, Ehlo = HostName.Parse(ehlo) };
        var visitor = new InboundVisitor(new InboundVisitSettings { TrustedRoots = TestCertificates.Roots }, TimeProvider.System);
        return new IdentityFacts
        {
            Source = source,
            Pool = [source],
            TreatAsPublic = [IPRange.Parse("127.0.0.0/8")],
            Inbound = await visitor.VisitAsync(new InboundQuestion(at, source.Ehlo, TryRelaying: true), TestContext.Current.CancellationToken),
        };
    }
}
