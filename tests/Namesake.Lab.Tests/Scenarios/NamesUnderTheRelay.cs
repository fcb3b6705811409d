using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Names;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>DNS that changes, fails or isn't right yet while the relay runs: only a definite answer stops mail, and only the mail it is about.</summary>
public sealed class NamesUnderTheRelay(LabFixture lab) : RelayTest(lab)
{
    private static readonly LabBrand Acme = LabBrand.Acme;
    private static readonly LabBrand Bravo = LabBrand.Bravo;

    [Fact]
    public async Task A_PTR_removed_while_mail_flows_holds_its_source_and_restored_releases_it()
    {
        await StartProvenRelayAsync(new RelayConfiguration());
        await ArrivesOnceAsItselfAsync(await SubmitAsync([.. Letter.Many(10, Acme, LabReceivers.Quiet), .. Letter.Many(10, Bravo, LabReceivers.Quiet)]));

        await Lab.Authority.RemovePointerAsync(Acme.Public);
        var source = await Eventually.GetAsync("the source is held", () => Relay.Api.SourceAsync("acme-v4"), source => source.Hold is { Check: "PT-01" }, seen: () => Relay.Log);
        Assert.Equal("misaligned", source.Verdict);

        var acme = await SubmitAsync(Letter.Many(20, Acme, LabReceivers.Quiet));
        await IsHeldAsync(Acme, LabReceivers.Quiet, "PT-01");
        await ArrivesOnceAsItselfAsync(await SubmitAsync(Letter.Many(20, Bravo, LabReceivers.Quiet)));
        Assert.Equal(40, Lab.ArrivalsOf(Tag).Count);
        Assert.Equal(20, (await Relay.Api.MessagesAsync()).Count(message => message.Brand == Acme.Id));

        await Lab.Authority.RestorePointerAsync(Acme.Public);

        await ArrivesOnceAsItselfAsync(acme);
        await QueueIsEmptyAsync();
        Assert.Equal("aligned", (await Relay.Api.SourceAsync("acme-v4")).Verdict);
    }

    [Fact]
    public async Task While_the_resolver_is_dead_verdicts_stand_and_mail_flows()
    {
        await StartProvenRelayAsync(new RelayConfiguration { Routed = [LabReceivers.Quiet, LabReceivers.Echo] });
        Lab.Resolver.FallSilent();
        var probed = (await Relay.Api.SourceAsync("acme-v4")).LastProbe;

        // Two looks at every source that began after the resolver died.
        for (var look = 0; look < 2; look++)
        {
            var since = probed;
            probed = (await Eventually.GetAsync("the source was looked at again", () => Relay.Api.SourceAsync("acme-v4"), source => source.LastProbe > since, TimeSpan.FromSeconds(60), () => Relay.Log)).LastProbe;
        }

        await ArrivesOnceAsItselfAsync(await SubmitAsync(LabBrand.All.SelectMany(brand => Letter.Many(10, brand, LabReceivers.Quiet).Concat(Letter.Many(10, brand, LabReceivers.Echo)))));
        Assert.All(await Relay.Api.SourcesAsync(), source => Assert.Null(source.Hold));
        Assert.DoesNotContain(await Relay.Api.SourcesAsync(), source => source.Verdict == "misaligned");

        // What can't be routed without it waits, and goes when it speaks again.
        var byMx = await SubmitAsync(Letter.Many(5, Acme, LabReceivers.Stranger));
        Lab.Resolver.Speak();
        await ArrivesOnceAsItselfAsync(byMx);
    }

    [Fact]
    public async Task When_one_zones_servers_are_silent_its_source_is_unknown_with_grace_and_mail_flows()
    {
        await StartProvenRelayAsync(new RelayConfiguration());
        await Lab.Authority.SilenceAsync(LabZones.Of(Bravo.Ehlo));

        var source = await Eventually.GetAsync("the source is unknown", () => Relay.Api.SourceAsync("bravo-v4"), source => source.Verdict == "unknown", TimeSpan.FromSeconds(60), () => Relay.Log);
        Assert.Null(source.Hold);
        Assert.NotNull(source.GraceEnds);

        await ArrivesOnceAsItselfAsync(await SubmitAsync([.. Letter.Many(10, Acme, LabReceivers.Quiet), .. Letter.Many(10, Bravo, LabReceivers.Quiet)]));
        Assert.Equal("aligned", (await Relay.Api.SourceAsync("acme-v4")).Verdict);
        Assert.Null((await Relay.Api.SourceAsync("bravo-v4")).Hold);
    }

    [Fact]
    public async Task A_new_brand_that_is_not_right_yet_is_held_with_its_reason_and_delivered_once_right()
    {
        await Lab.Authority.RemovePointerAsync(Bravo.Public);
        await StartProvenRelayAsync(new RelayConfiguration { Brands = [Acme] });

        await Relay.ConfigureAsync(new RelayConfiguration { Brands = [Acme, Bravo] });
        Relay.Reload();
        await Eventually.TrueAsync("the new brand's source is known", async () => (await Relay.Api.SourcesAsync()).Count == 2, seen: () => Relay.Log);
        var bravo = await SubmitAsync(Letter.Many(10, Bravo, LabReceivers.Postfix));
        await ArrivesOnceAsItselfAsync(await SubmitAsync(Letter.Many(10, Acme, LabReceivers.Postfix)));
        var hold = await IsHeldAsync(Bravo, LabReceivers.Postfix, "PT-01");
        Assert.Contains(Bravo.Ehlo, hold.Expected, StringComparison.Ordinal);

        // As a person would ask.
        var queue = (await Relay.AskAsync("queue")).MustSucceed();
        Assert.Contains("held PT-01", queue.Output, StringComparison.Ordinal);
        Assert.Contains(LabReceivers.Postfix.Domain, queue.Output, StringComparison.Ordinal);
        var sources = (await Relay.AskAsync("sources")).MustSucceed();
        Assert.Contains("PT-01", sources.Output, StringComparison.Ordinal);
        Assert.Equal(10, Lab.ArrivalsOf(Tag).Count);

        await Lab.Authority.RestorePointerAsync(Bravo.Public);

        await ArrivesOnceAsItselfAsync(bravo);
        await QueueIsEmptyAsync();
    }
}
