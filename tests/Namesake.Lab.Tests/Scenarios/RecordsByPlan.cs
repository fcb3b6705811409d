using System.Net;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Names;
using Namesake.Lab.Tests.Lab.Receivers;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>Variant 1, told from its beginning to its end: what is on the wire stays, and DNS is made to say it, by plan, apply, verify and undo.</summary>
public sealed class RecordsByPlan(LabFixture lab) : PlanTest(lab)
{
    private static readonly LabBrand Acme = LabBrand.Acme;
    private static readonly LabBrand Bravo = LabBrand.Bravo;
    private static readonly LabBrand Cargo = LabBrand.Cargo;

    [Fact]
    public async Task Refused_everywhere_without_records_accepted_everywhere_once_the_plan_is_applied_and_refused_again_after_its_undo()
    {
        await BreakAsync();
        // Two more private addresses: five leave by three public ones.
        await Lab.Relay.AddAddressAsync(IPAddress.Parse("10.77.1.8"), 24);
        await Lab.Relay.AddAddressAsync(IPAddress.Parse("10.77.1.9"), 24);
        await Lab.Translation.SetAsync(IPAddress.Parse("10.77.1.8"), Acme.Public);
        await Lab.Translation.SetAsync(IPAddress.Parse("10.77.1.9"), Bravo.Public);
        await using var strict = await StrictReceivers.StartAsync(Lab);
        await StartRelayAsync(new RelayConfiguration
        {
            SourceKeys = ", shared: true",
            MoreSource = $"{{ id: acme-two, localAddress: 10.77.1.8, publicAddress: {Acme.Public}, ehlo: {Acme.Ehlo}, shared: true }}\n"
                + $"  - {{ id: bravo-two, localAddress: 10.77.1.9, publicAddress: {Bravo.Public}, ehlo: {Bravo.Ehlo}, shared: true }}",
            More = Provider(),
        });
        var load = await SubmitAsync(LabBrand.All.SelectMany(brand => new[] { Letter.Of(brand, LabReceivers.Postfix), Letter.Of(brand, LabReceivers.Exim) }));
        var before = await Lab.Authority.ContentsAsync();

        await AllAreHeldAndRefusedAsync(strict);

        var plan = await PlanAsync("plan", "dns");
        Assert.Equal([.. LabBrand.All.Select(brand => $"{Reverse.NameOf(brand.Public)} {brand.Ehlo}.")], plan.Of("PTR"));
        Assert.Equal([.. LabBrand.All.Select(brand => $"{brand.Ehlo} {brand.Public}")], plan.Of("A"));
        // The zones' SPF records name the host, which has its address by then.
        Assert.DoesNotContain(plan.Notes, note => note.Kind == "merge");
        Assert.Equal(before, await Lab.Authority.ContentsAsync());
        // Somebody else has written one of them.
        Assert.Contains("--replace-foreign", await TypeAsync(1, "apply", PlanFile, "--yes"), StringComparison.Ordinal);
        Assert.Equal(before, await Lab.Authority.ContentsAsync());

        var applied = await ApplyAsync("--replace-foreign");

        Assert.Contains("Applied and confirmed", applied, StringComparison.Ordinal);
        Assert.Contains(LabReceivers.Reflector.Host, applied, StringComparison.Ordinal);
        await ArrivesOnceAsItselfAsync(load);
        foreach (var brand in LabBrand.All)
        {
            await AcceptedAsync(strict, brand);
        }

        await TypeAsync(0, "verify", plan.Id);
        Assert.Contains("nothing to change", await TypeAsync(0, "plan", "dns"), StringComparison.Ordinal);

        await UndoAsync(plan);

        Assert.Equal(before, await Lab.Authority.ContentsAsync());
        await AllAreHeldAndRefusedAsync(strict);
    }

    [Fact]
    public async Task A_record_of_a_shared_reverse_zone_and_one_of_IPv6_are_written_where_they_lie_and_taken_back()
    {
        var (local, outside, name) = (IPAddress.Parse("10.77.1.8"), IPAddress.Parse("203.0.113.146"), "branch.acme.example");
        var pointer = $"146.{LabZones.Shared}";
        Lab.Authority.WillChange(name, "A");
        Lab.Authority.WillChange(pointer, "PTR");
        await Lab.Authority.SetAsync(Acme.Ehlo, "AAAA");
        await Lab.Authority.RemovePointerAsync(Acme.V6);
        await Lab.Relay.AddAddressAsync(local, 24);
        await Lab.Translation.SetAsync(local, outside);
        await PrepareRelayAsync(new RelayConfiguration
        {
            Brands = [Acme],
            WithV6 = true,
            WithReflector = false,
            MoreSource = $"{{ id: branch, localAddress: {local}, publicAddress: {outside}, ehlo: {name} }}",
            More = $"witnesses: [ {{ host: {LabReceivers.Reflector.Host}, reflector: true }}, {{ host: mx6.{LabReceivers.Reflector.Domain}, reflector: true }} ]\n{Provider()}",
        });
        var before = await Lab.Authority.ContentsAsync();

        var plan = await PlanAsync("plan", "dns");

        Assert.Equal([$"{pointer} {name}.", $"{Reverse.NameOf(Acme.V6)} {Acme.Ehlo}."], plan.Of("PTR"));
        Assert.Equal([LabZones.Shared, "8.b.d.0.1.0.0.2.ip6.arpa"], plan.Changes.Where(change => change.Type == "PTR").Select(change => change.Zone).Order(StringComparer.Ordinal));
        await ApplyAsync();
        await TypeAsync(0, "plan", "dns");
        await UndoAsync(plan);
        Assert.Equal(before, await Lab.Authority.ContentsAsync());
    }

    /// <summary>Two brands have neither record, and one has the provider's PTR record. Exim takes either of the two directions for enough, so both are broken.</summary>
    private async Task BreakAsync()
    {
        await Lab.Authority.SetAsync(Acme.Ehlo, "A");
        await Lab.Authority.RemovePointerAsync(Acme.Public);
        await Lab.Authority.SetAsync(Bravo.Ehlo, "A");
        await Lab.Authority.RemovePointerAsync(Bravo.Public);
        await Lab.Authority.SetAsync(Cargo.Ehlo, "A");
        await Lab.Authority.SetPointerAsync(Cargo.Public, "host-203-0-113-7.access.provider.example");
    }

    private async Task AllAreHeldAndRefusedAsync(StrictReceivers strict)
    {
        foreach (var brand in LabBrand.All)
        {
            await Eventually.GetAsync($"{brand.Id} is refused by all", async () => string.Join('\n', await strict.RefusalsAsync(brand, $"{Tag}-before")), said => said.Split('\n').All(line => line.StartsWith('5')));
            await Eventually.GetAsync($"{brand.Id} is held", () => Relay.Api.SourceAsync($"{brand.Id}-v4"), source => source.Verdict == "misaligned" && source.Hold is not null, TimeSpan.FromSeconds(60), () => Relay.Log);
        }
    }

    private async Task AcceptedAsync(StrictReceivers strict, LabBrand brand) =>
        await Eventually.GetAsync($"{brand.Id} is accepted by all", async () => string.Concat(await strict.RefusalsAsync(brand, $"{Tag}-after")), said => said.Length == 0);
}
