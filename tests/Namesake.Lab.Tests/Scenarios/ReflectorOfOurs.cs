using System.Net;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>`namesake reflect` as the only witness of a relay behind a translation, each a process of its own.</summary>
public sealed class ReflectorOfOurs(LabFixture lab) : RelayTest(lab)
{
    private static readonly IPAddress Place = IPAddress.Parse("198.51.100.35");
    private static readonly LabBrand Acme = LabBrand.Acme;

    [Fact]
    public async Task It_proves_every_source_holds_the_one_whose_translation_is_lost_and_lets_it_go_again()
    {
        var host = await Lab.PlugInAsync("our-reflector", Place);
        await using var reflector = host.Start("dotnet", LabRequirements.Relay, "reflect", "--name", "reflect.ours.example", "--listen", $"{Place}:25", "--resolver", $"{LabPlan.OutsideResolver}:53");
        await Eventually.TrueAsync("the reflector listens", () => reflector.Output.Contains($"Reflecting on {Place}:25", StringComparison.Ordinal), seen: () => reflector.Tail());
        await StartProvenRelayAsync(new RelayConfiguration { WithReflector = false, More = $"witnesses: [ {{ host: \"{Place}\", reflector: true }} ]\n" });
        Assert.All(LabBrand.All, brand => Assert.Contains($"{brand.Public} as {brand.Ehlo}: aligned", reflector.Output, StringComparison.Ordinal));

        await Lab.Translation.SetAsync(Acme.Local, null);
        var acme = await SubmitAsync(Letter.Many(3, Acme, LabReceivers.Echo));
        var hold = await IsHeldAsync(Acme, LabReceivers.Echo, "EG-01");
        Assert.Contains(LabPlan.DefaultPublic.ToString(), hold.Seen, StringComparison.Ordinal);
        await Eventually.TrueAsync("the reflector was asked, and its word holds the source", async () =>
            reflector.Output.Contains($"{LabPlan.DefaultPublic} as {Acme.Ehlo}: misaligned", StringComparison.Ordinal)
            && (await Relay.Api.SourcesAsync()).Single(source => source.Id == $"{Acme.Id}-v4").Hold is { Check: "EG-01", Site: null }, seen: () => $"{reflector.Tail()}\n{Relay.Log}");
        await ArrivesOnceAsItselfAsync(await SubmitAsync(Letter.Many(3, LabBrand.Bravo, LabReceivers.Echo)));

        await Lab.Translation.SetAsync(Acme.Local, Acme.Public);
        await ArrivesOnceAsItselfAsync(acme);
        Assert.Equal(0, (await reflector.StopAsync()).ExitCode);
    }
}
