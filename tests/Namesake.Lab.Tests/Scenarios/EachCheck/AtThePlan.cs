using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios.EachCheck;

/// <summary>What no relay in order can be brought to, because its configuration is refused: the check fails where it is written.</summary>
public sealed class AtThePlan(LabFixture lab) : LabTest(lab)
{
    [Fact]
    [Trait("Check", "EG-09")]
    [Trait("Check", "EH-08")]
    public async Task Two_brands_on_one_public_address_are_EG09_and_two_names_there_EH08()
    {
        var squatter = LabBrand.Bravo with { Public = LabBrand.Acme.Public };
        await RefusedAsync("sound", [LabBrand.Acme, LabBrand.Bravo], null);
        await RefusedAsync("two-names", [LabBrand.Acme, squatter], "EG-09, EH-08");
        await RefusedAsync("two-brands", [LabBrand.Acme, squatter with { Ehlo = LabBrand.Acme.Ehlo }], "EG-09");
        await RefusedAsync("shared", [LabBrand.Acme, squatter with { Ehlo = LabBrand.Acme.Ehlo }], null, ", shared: true");
    }

    private async Task RefusedAsync(string name, IReadOnlyList<LabBrand> brands, string? check, string sourceKeys = "")
    {
        await using var relay = await RelayUnderTest.PrepareAsync(Lab.Relay, $"{Tag}-{name}", new RelayConfiguration { Brands = brands, SourceKeys = sourceKeys });
        var said = await Lab.Relay.RunAsync("dotnet", LabRequirements.Relay, "config", "check", relay.ConfigurationFile);
        Assert.True(said.ExitCode == 0 == (check is null) && (check is null || said.Output.Contains($"{check}: ", StringComparison.Ordinal)), said.Output);
        Assert.Equal(check is not null, said.Output.Contains("EG-09", StringComparison.Ordinal));
    }
}
