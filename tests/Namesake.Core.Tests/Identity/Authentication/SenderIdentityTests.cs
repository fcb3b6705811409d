using Namesake.Core.Brands;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity.Authentication;

/// <summary>What a brand sends as, and what the watch makes of a change of it.</summary>
public sealed class SenderIdentityTests
{
    private static readonly Source Acme = Scene.Source("acme", "203.0.113.5", "mail.acme.example");

    [Fact]
    public void Each_sender_domain_is_its_own_return_path_with_the_keys_that_sign_for_it()
    {
        var senders = SenderIdentity.Of(Brand("acme.example", "beta.example") with { Dkim = new BrandDkim([[AuthenticationScene.Signer]]) });
        Assert.Equal(["acme.example", "beta.example"], senders.Select(sender => sender.ReturnPath.Value));
        Assert.Equal([1, 0], senders.Select(sender => sender.Keys.Length));
        Assert.Equal(AuthenticationScene.Signer.RecordText, senders[0].Keys[0].RecordText);
    }

    [Fact]
    public void A_return_path_domain_of_its_own_is_for_forwarding()
    {
        var senders = SenderIdentity.Of(Brand("acme.example") with { ReturnPathDomain = DomainName.Parse("srs.acme.example") });
        Assert.Equal([(false, "acme.example"), (true, "srs.acme.example")], senders.Select(sender => (sender.IsForForwarding, sender.ReturnPath.Value)));
    }

    [Fact]
    public void Equal_by_what_they_say()
    {
        var brand = Brand("acme.example") with { Dkim = new BrandDkim([[AuthenticationScene.Signer]]) };
        Assert.Equal(SenderIdentity.Of(brand)[0], SenderIdentity.Of(brand)[0]);
        Assert.NotEqual(SenderIdentity.Of(brand)[0], SenderIdentity.Of(brand with { Dkim = BrandDkim.None })[0]);
    }

    [Fact]
    public async Task Another_sender_domain_is_looked_at_and_takes_no_proof_away()
    {
        var sources = new SourceDirectory([Acme]);
        var scene = new Scene(Acme) { Model = Model("acme.example") };
        scene.Dns.Identity("203.0.113.5", "mail.acme.example");
        await scene.OpenAsync();
        await scene.ProbeAsync("acme");
        Assert.Equal(Verdict.Aligned, scene.Of("acme").Verdict);
        scene.Ledger.Reconfigure(Model("acme.example", "beta.example"));
        Assert.Equal(Verdict.Aligned, scene.Of("acme").Verdict);

        IdentityModel Model(params string[] domains) => IdentityModel.For("relay1", new BrandDirectory([Brand(domains)]), sources) with { TreatAsPublic = Scene.Documentation };
    }

    private static Brand Brand(params string[] domains) => new() { Id = new BrandId("acme"), SenderDomains = [.. domains.Select(DomainName.Parse)], Sources = [Acme.Id] };
}
