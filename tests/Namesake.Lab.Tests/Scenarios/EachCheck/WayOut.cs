using System.Net;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Hosts;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios.EachCheck;

/// <summary>What the outside sees of a source behind the router's translation.</summary>
[Collection(nameof(SoundRelays))]
public sealed class WayOut(LabFixture lab, SoundRelays relays) : LabTest(lab)
{
    private static readonly LabBrand Acme = LabBrand.Acme;
    private static readonly LabBrand Bravo = LabBrand.Bravo;

    private static readonly IPAddress AnotherPublic = IPAddress.Parse("203.0.113.9");

    [Theory]
    [InlineData("acme-v4", "PT-13 WARN")] // the lab's TTL of 2 s
    [InlineData("acme-v6", "PT-13 WARN", "V6-05 WARN")] // and its brands live in one /64
    public async Task A_sound_source_behind_the_router_has_no_other_finding(string source, params string[] known)
    {
        var seen = await relays.Behind.Api.AuditAsync(source);
        Assert.True(seen.Verdict == "aligned" && seen.Troubles.Count == 0 && seen.Failing.SequenceEqual(known), seen.ToString());
    }

    [Fact]
    [Trait("Check", "EG-01")]
    public Task A_translation_that_is_lost_is_EG01() =>
        new Row(relays.Behind, "acme-v4", "EG-01").FailsAsync(
            async () =>
            {
                var undo = await Undo.AfterAsync(Lab.Translation.SetAsync(Acme.Local, null), () => Lab.Translation.SetAsync(Acme.Local, Acme.Public));
                await MailAsync(Acme, LabReceivers.Echo);
                return undo;
            },
            "EG-01 HOLD");

    [Fact]
    [Trait("Check", "EG-04")]
    public Task Two_addresses_in_turn_are_EG04_and_none_of_them_is_the_declared_one() =>
        new Row(relays.Behind, "bravo-v4", "EG-04").FailsAsync(
            async () =>
            {
                var undo = await Undo.AfterAsync(Lab.Translation.SetAsync(Bravo.Local, null), () => Lab.Translation.SetAsync(Bravo.Local, Bravo.Public));
                await MailAsync(Bravo, LabReceivers.Echo);
                await Eventually.TrueAsync("the first address is known", async () => (await relays.Behind.Api.SourceAsync("bravo-v4")).Hold is { Check: "EG-01" }, seen: () => relays.Behind.Log);
                await Lab.Translation.SetAsync(Bravo.Local, AnotherPublic);
                return undo;
            },
            "EG-01 HOLD", "EG-04 HOLD");

    [Fact]
    [Trait("Check", "EG-06")]
    public Task A_proxy_before_one_of_two_witnesses_is_EG06() =>
        new Row(relays.Behind, "acme-v4", "EG-06").FailsAsync(
            () =>
            {
                Lab.Echo.Habits = Lab.Echo.Usual with { EchoInstead = IPAddress.Parse("192.0.2.200") };
                return Task.FromResult<IAsyncDisposable>(new Undo(() =>
                {
                    Lab.Echo.Habits = Lab.Echo.Usual;
                    return Task.CompletedTask;
                }));
            },
            "EG-06 FAIL");

    [Fact]
    [Trait("Check", "EG-07")]
    public Task A_port_25_that_is_blocked_for_one_source_is_EG07() =>
        new Row(relays.Behind, "acme-v4", "EG-07").FailsAsync(
            async () => await FirewallTable.LoadAsync(Lab.Relay, "ip blocked", $"chain out {{ type filter hook output priority filter;\nip saddr {Acme.Local} tcp dport 25 reject with tcp reset\n}}"),
            "EG-07 FAIL");

    [Fact]
    [Trait("Check", "EG-08")]
    public Task An_inspection_that_masks_what_it_does_not_know_is_EG08() =>
        new Row(relays.Behind, "acme-v4", "EG-08").FailsAsync(
            async () => await Inspection.StartAsync(Lab.Router, Lab.Relay, Acme.Local, new IPEndPoint(LabPlan.Watchtower, 25)),
            "EG-08 FAIL");

    [Fact]
    [Trait("Check", "EG-03")]
    public Task An_address_that_is_taken_from_the_node_is_EG03() =>
        new Row(relays.Behind, "bravo-v4", "EG-03").FailsAsync(
            () => Undo.AfterAsync(Lab.Relay.RemoveAddressAsync(Bravo.Local, 24), Lab.Relay.RestoreAddressesAsync),
            "EG-03 HOLD");

    [Fact]
    [Trait("Check", "V6-02")]
    public Task An_IPv6_address_that_another_host_has_too_is_V602_and_cannot_be_bound() =>
        new Row(relays.Behind, "bravo-v6", "V6-02").FailsAsync(
            async () =>
            {
                await Lab.Router.IpAsync($"addr add {Bravo.V6}/64 dev lan0 nodad");
                await Lab.Relay.IpAsync($"addr del {Bravo.V6}/64 dev eth0", $"addr add {Bravo.V6}/64 dev eth0");
                return new Undo(async () =>
                {
                    await Lab.Router.IpAsync($"addr del {Bravo.V6}/64 dev lan0");
                    await Lab.Relay.IpAsync($"addr del {Bravo.V6}/64 dev eth0", $"addr add {Bravo.V6}/64 dev eth0 nodad");
                });
            },
            "EG-03 HOLD", "V6-02 FAIL");

    [Fact]
    [Trait("Check", "V6-06")]
    public Task A_translation_of_IPv6_is_V606() =>
        new Row(relays.Behind, "acme-v6", "V6-06").FailsAsync(
            async () => await FirewallTable.LoadAsync(Lab.Router, "ip6 nat66", $"chain post {{ type nat hook postrouting priority srcnat;\nip6 saddr {Acme.V6} tcp dport 25 snat to 2001:db8:77::99\n}}"),
            "V6-06 WARN");

    private async Task MailAsync(LabBrand brand, LabReceiver receiver) => await new Load(Lab.Relay, RelayUnderTest.Server, Tag, "row").SendAsync([Letter.Of(brand, receiver)], sessions: 1);
}
