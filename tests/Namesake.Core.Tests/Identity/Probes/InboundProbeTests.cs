using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Protocol.Addresses;
using static Namesake.Core.Tests.Identity.Probes.InboundScene;

namespace Namesake.Core.Tests.Identity.Probes;

/// <summary>Whom the inbound probe asks what.</summary>
public sealed class InboundProbeTests
{
    private readonly AnsweringDns _dns = new();
    private readonly Visitor _visitor = new();

    [Fact]
    public async Task The_public_address_is_visited_for_the_EHLO_name()
    {
        var seen = await LookAsync(Facts, new InboundOptions());
        Assert.Equal(new InboundQuestion(At, HostName.Parse(Ehlo), false), Assert.Single(_visitor.Asked));
        Assert.Equal(Ehlo, seen.Inbound!.GreetingName);
        await LookAsync(Facts, new InboundOptions { Port = 2525, TryRelaying = true });
        Assert.Equal((2525, true), (_visitor.Asked[1].At.Port, _visitor.Asked[1].TryRelaying));
    }

    [Fact]
    public async Task An_address_that_is_not_public_is_left_alone()
    {
        var seen = await LookAsync(Facts with { TreatAsPublic = [], Inbound = null }, new InboundOptions());
        Assert.Null(seen.Inbound);
        Assert.Empty(_visitor.Asked);
        Assert.Empty(_dns.Asked);
    }

    [Fact]
    public async Task TLSA_is_looked_up_where_the_name_is_the_MX_of_a_domain_of_the_brand_or_above_it()
    {
        var seen = await LookAsync(Facts, new InboundOptions());
        Assert.Null(seen.Inbound!.Dane!.Tlsa);
        Assert.DoesNotContain(_dns.Asked, question => question.EndsWith("Tlsa", StringComparison.Ordinal));

        _dns.Has("acme-shop.example", RecordType.MX, new MXRecord(10, DomainName.Parse(Ehlo), TimeSpan.Zero));
        _dns.HasSigned("_25._tcp.mail.acme.example", RecordType.Tlsa, Tlsa(3, 1, 1, new byte[32]));
        seen = await LookAsync(Facts with { Certificates = Certificates with { OwnNames = [DomainName.Parse("acme-shop.example")] } }, new InboundOptions());
        Assert.Equal("acme-shop.example", Assert.Single(seen.Inbound!.Dane!.MxOf).Value);
        Assert.Single(seen.Inbound.Dane.Usable);
        Assert.Contains("acme.example MX", _dns.Asked);
        Assert.DoesNotContain("example MX", _dns.Asked);
    }

    private async Task<IdentityFacts> LookAsync(IdentityFacts facts, InboundOptions options) =>
        (await new InboundProbe(_visitor, _dns, options).LookAsync(facts, CancellationToken.None))(facts);

    private sealed class Visitor : IInboundVisitor
    {
        public List<InboundQuestion> Asked { get; } = [];

        public Task<InboundFacts> VisitAsync(InboundQuestion question, CancellationToken cancellation)
        {
            Asked.Add(question);
            return Task.FromResult(Inbound);
        }
    }
}
