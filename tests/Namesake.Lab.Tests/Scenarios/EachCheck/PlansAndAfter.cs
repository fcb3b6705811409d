using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios.EachCheck;

/// <summary>What audits tell of keys, and of what plans have made.</summary>
public sealed class PlansAndAfter(LabFixture lab) : PlanTest(lab)
{
    private static readonly LabBrand Acme = LabBrand.Acme;

    [Fact]
    [Trait("Check", "ZN-10")]
    public async Task A_reverse_zone_that_no_key_of_ours_may_write_is_ZN10()
    {
        await StartProvenRelayAsync(Configuration(Provider(zones: "\"113.0.203.in-addr.arpa\"")));
        var (v4, v6) = (await Relay.Api.AuditAsync("acme-v4"), await Relay.Api.AuditAsync("acme-v6"));
        await Relay.StopAsync();
        await Relay.ConfigureAsync(Configuration(Provider(key: "guest", zones: "\"113.0.203.in-addr.arpa\"")
            .Replace("plans:", $"  {Provider(zones: "\"8.b.d.0.1.0.0.2.ip6.arpa\"").Split('\n')[1].Trim().Replace("id: bind", "id: other", StringComparison.Ordinal)}\nplans:", StringComparison.Ordinal)));
        await Relay.StartAsync();
        // The one with a key that may not, and the one that has got a key.
        await new Row(Relay, "acme-v4", "ZN-10").FailsAsync(v4, "ZN-10 INFO");
        await new Row(Relay, "acme-v6", "ZN-10").PassesAsync(v6, "ZN-10 INFO");

        Assert.Equal(("pass", "bad"), (v4.Of("ZN-10").Outcome, v6.Of("ZN-10").Outcome));
        Assert.Contains("no DNS provider", v6.Of("ZN-10").Seen, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Check", "FB-06")]
    [Trait("Check", "ZN-11")]
    public async Task A_record_that_somebody_changed_after_a_plan_had_made_it_is_FB06_and_ZN11_until_it_is_restored_or_adopted()
    {
        await Lab.Authority.SetAsync(Acme.Ehlo, "A");
        await Lab.Authority.RemovePointerAsync(Acme.Public);
        await StartRelayAsync(new RelayConfiguration { Brands = [Acme], More = Provider() });
        await PlanAsync("plan", "dns");
        await ApplyAsync();
        var sound = await Eventually.GetAsync("an audit finds all as made", () => Relay.Api.AuditAsync("acme-v4"), seen => seen.Verdict == "aligned" && seen.Of("FB-06").Outcome == "pass" && seen.Of("ZN-11").Outcome == "pass", TimeSpan.FromSeconds(60), () => Relay.Log);
        Assert.Contains("is as", await TypeAsync(0, "plans", "drift"), StringComparison.Ordinal);

        await ChangeAsync();
        await new Row(Relay, "acme-v4", "FB-06").FailsAsync(sound, "EH-07 FAIL", "FB-06 FAIL", "ZN-11 WARN");
        await TypeAsync(1, "plans", "drift");
        await PlanAsync("plan", "restore");
        Assert.Contains("--replace-foreign", await TypeAsync(1, "apply", PlanFile, "--yes"), StringComparison.Ordinal);
        await ApplyAsync("--replace-foreign");
        await new Row(Relay, "acme-v4", "FB-06").PassesAsync(sound);
        await TypeAsync(0, "plans", "drift");

        await ChangeAsync();
        await TypeAsync(1, "plans", "drift");
        await TypeAsync(0, "plans", "adopt", "--yes");
        await TypeAsync(0, "plans", "drift");
        var adopted = await Eventually.GetAsync("an audit finds all as adopted", () => Relay.Api.AuditAsync("acme-v4"), seen => seen.Of("FB-06").Outcome == "pass" && seen.Of("ZN-11").Outcome == "pass", TimeSpan.FromSeconds(30), () => Relay.Log);
        Assert.Equal("aligned", adopted.Verdict);
    }

    /// <summary>Another address beside the one that the plan wrote, of a host with a name of its own: nobody is refused for it.</summary>
    private Task ChangeAsync() => Lab.Authority.SetAsync(Acme.Ehlo, "A", $"{Acme.Public}", $"{LabBrand.Cargo.Edge}");

    private static RelayConfiguration Configuration(string provider) => new() { Brands = [Acme], WithV6 = true, More = provider };
}
