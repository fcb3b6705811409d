using System.Collections.Frozen;
using System.Net;
using Namesake.Core.Firewall;
using Namesake.Core.Firewall.Planning;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;

namespace Namesake.Core.Tests.Firewall;

/// <summary>Which translation is planned, from what is wanted and what stands.</summary>
public sealed class NatPlannerTests
{
    [Fact]
    public void Five_addresses_leave_as_one_with_one_name()
    {
        var world = new NatWorld();
        for (var host = 1; host <= 5; host++)
            world.Want($"10.0.0.{host}", "203.0.113.5");
        var change = Only(world.Plan());
        Assert.Equal(5, change.New!.Mappings.Length);
        Assert.Null(change.Old);
        Assert.Equal("5 addresses leave for TCP port 25 under the address that DNS knows", change.Reason);
        Assert.Equal(5, change.Sources.Length);
    }

    [Fact]
    public void Planned_once_more_there_is_nothing_to_change()
    {
        var world = new NatWorld().Want("10.0.0.1", "203.0.113.5").Masquerade(100);
        var plan = world.Plan();
        world.Apply(plan.Steps);
        Assert.True(world.Plan().IsComplete, NatWorld.Text(world.Plan()));
    }

    [Theory]
    [InlineData(SharingMode.Shared)]
    [InlineData(SharingMode.Exclusive)]
    public void Two_names_never_share_an_address(SharingMode mode)
    {
        var plan = new NatWorld { Mode = mode }.Want("10.0.0.1", "203.0.113.5", "mail.acme.example").Want("10.0.0.2", "203.0.113.5", "mail.brave.example").Want("10.0.0.3", "203.0.113.6").Plan();
        Assert.Equal("10.0.0.3 -> 203.0.113.6", Assert.Single(Only(plan).New!.Mappings).ToString());
        Refused(plan, "mail.acme.example and mail.brave.example can't both leave as 203.0.113.5: an address has one PTR record");
    }

    [Fact]
    public void In_exclusive_mode_addresses_with_the_same_name_do_not_share_either()
    {
        var plan = new NatWorld { Mode = SharingMode.Exclusive }.Want("10.0.0.1", "203.0.113.5").Want("10.0.0.2", "203.0.113.5").Plan();
        Assert.True(plan.IsEmpty);
        Refused(plan, "10.0.0.1, 10.0.0.2 would share 203.0.113.5, and the mode is exclusive");
    }

    [Fact]
    public void One_local_address_does_not_leave_as_two()
    {
        var plan = new NatWorld().Want("10.0.0.1", "203.0.113.5", source: "one").Want("10.0.0.1", "203.0.113.6", source: "two").Plan();
        Assert.True(plan.IsEmpty);
        Refused(plan, "10.0.0.1 can't leave as 203.0.113.5 and as 203.0.113.6");
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::2", "IPv6 is not translated: give 2001:db8::2 to this host")]
    [InlineData("10.0.0.1", "2001:db8::2", "are of two families")]
    public void What_translation_cannot_do_is_refused(string local, string seen, string reason)
    {
        var plan = new NatWorld().Want(local, seen).Plan();
        Assert.True(plan.IsEmpty);
        Refused(plan, reason);
    }

    [Fact]
    public void An_IPv6_source_that_has_its_address_needs_nothing() => Assert.True(new NatWorld().Want("2001:db8::1", "2001:db8::1").Plan().IsComplete);

    [Fact]
    public void A_right_rule_of_others_is_let_be()
    {
        var plan = new NatWorld().Want("10.0.0.1", "203.0.113.5").Snat(100, "10.0.0.1", "203.0.113.5").Plan();
        Assert.True(plan.IsComplete);
        Assert.Contains("10.0.0.1 leaves as 203.0.113.5 already, by ip other100 post0, handle 1 (snat to 203.0.113.5)", NatWorld.Text(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mapping_of_ours_stays_when_somebody_now_does_the_same() =>
        Assert.True(new NatWorld { Ours = Tables.Of("10.0.0.1 203.0.113.5") }.Want("10.0.0.1", "203.0.113.5").Snat(100, "10.0.0.1", "203.0.113.5").Plan().IsComplete);

    [Fact]
    public void Masquerade_behind_our_table_is_fine()
    {
        var plan = new NatWorld().Want("10.0.0.1", "203.0.113.5").Masquerade(100).Plan();
        Assert.Single(Only(plan).New!.Mappings);
        Assert.DoesNotContain(plan.Notes, note => note.LeavesUndone);
    }

    [Fact]
    public void A_rule_that_is_met_before_our_table_is_named()
    {
        var plan = new NatWorld().Want("10.0.0.1", "203.0.113.5").Masquerade(80).Plan();
        Assert.Single(Only(plan).New!.Mappings);
        Assert.Contains("Foreign: 10.0.0.1: ip other80 post0, handle 1 (masquerade) is met before our table and translates first (EG-10): move it behind priority 90", NatWorld.Text(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_is_perhaps_met_before_our_table_is_named_too()
    {
        var plan = new NatWorld().Want("10.0.0.1", "203.0.113.5").Masquerade(80, perhaps: true).Plan();
        Assert.Contains("Foreign: 10.0.0.1: ip other80 post0, handle 1 (masquerade) is met before our table, and whether it takes mail", NatWorld.Text(plan), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(100, true)]
    public void A_public_address_under_a_masquerade_is_mapped_to_itself(int priority, bool perhaps) =>
        Assert.Equal("203.0.113.5 -> 203.0.113.5", Assert.Single(Only(new NatWorld().Want("203.0.113.5", "203.0.113.5").Masquerade(priority, perhaps).Plan()).New!.Mappings).ToString());

    [Fact]
    public void A_public_address_that_nobody_translates_needs_no_mapping()
    {
        var plan = new NatWorld().Want("203.0.113.5", "203.0.113.5").Plan();
        Assert.True(plan.IsComplete);
        Assert.Contains("203.0.113.5 leaves as itself: no rule translates it", NatWorld.Text(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void Mappings_for_none_of_the_sources_go()
    {
        var change = Only(new NatWorld { Ours = Tables.Of("10.0.0.1 203.0.113.5", "10.0.0.9 203.0.113.9") }.Want("10.0.0.1", "203.0.113.5").Plan());
        Assert.Equal(Tables.Of("10.0.0.1 203.0.113.5"), change.New);
    }

    [Fact]
    public void Without_any_source_left_the_table_goes()
    {
        var change = Only(new NatWorld { Ours = Tables.Of("10.0.0.1 203.0.113.5") }.Plan());
        Assert.Null(change.New);
        Assert.Equal("no source needs translation any more", change.Reason);
    }

    [Fact]
    public void A_plan_about_some_sources_leaves_the_mappings_of_the_others()
    {
        var world = new NatWorld { Ours = Tables.Of("10.0.0.1 203.0.113.5", "10.0.0.9 203.0.113.9") }.Want("10.0.0.1", "203.0.113.6").Want("10.0.0.2", "203.0.113.7");
        Assert.Equal(Tables.Of("10.0.0.1 203.0.113.6", "10.0.0.9 203.0.113.9"), Only(world.Plan(identity => identity.Local.ToString() == "10.0.0.1")).New);
    }

    [Fact]
    public void A_plan_about_some_sources_knows_the_names_of_the_others()
    {
        var world = new NatWorld().Want("10.0.0.1", "203.0.113.5", "mail.acme.example").Want("10.0.0.2", "203.0.113.5", "mail.brave.example");
        var plan = world.Plan(identity => identity.Local.ToString() == "10.0.0.1");
        Assert.True(plan.IsEmpty);
        Refused(plan, "can't both leave as 203.0.113.5");
    }

    [Fact]
    public void A_mapping_that_stays_and_whose_name_nobody_knows_is_told()
    {
        var world = new NatWorld { Ours = Tables.Of("10.0.0.9 203.0.113.5") }.Want("10.0.0.1", "203.0.113.5");
        Assert.Contains("10.0.0.9 leaves as 203.0.113.5 too, by a mapping that stays: it must say mail.acme.example", NatWorld.Text(world.Plan(_ => true)), StringComparison.Ordinal);
        world.Mode = SharingMode.Exclusive;
        Refused(world.Plan(_ => true), "10.0.0.1, 10.0.0.9 would share 203.0.113.5");
    }

    [Theory]
    [InlineData(2, 8, "3 mappings made or changed are more than the 2 a plan may have")]
    [InlineData(64, 0, "1 mappings removed are more than the 0 a plan may remove")]
    public void Limits_of_a_plan_are_absolute(int changes, int removals, string reason)
    {
        var world = new NatWorld { Ours = Tables.Of("10.0.0.9 203.0.113.9"), Limits = new PlanLimits(changes, removals) }.Want("10.0.0.1", "203.0.113.5").Want("10.0.0.2", "203.0.113.5").Want("10.0.0.3", "203.0.113.5");
        var plan = world.Plan();
        Assert.True(plan.IsEmpty);
        Refused(plan, reason);
    }

    [Fact]
    public void A_firewall_holds_no_more_mappings_than_it_may()
    {
        var world = new NatWorld { Traits = new() { Id = "edge", Name = "nftables on this node", Priority = 90, Limit = 1 } }.Want("10.0.0.1", "203.0.113.5").Want("10.0.0.2", "203.0.113.5");
        Refused(world.Plan(), "2 mappings are more than the 1 that nftables on this node may have");
    }

    [Fact]
    public void What_cannot_be_read_is_not_planned()
    {
        var plan = new NatWorld { Trouble = "nft is not there" }.Want("10.0.0.1", "203.0.113.5").Plan();
        Assert.True(plan.IsEmpty);
        Assert.Contains("Unknown: nftables on this node: nftables on this node can't be read: nft is not there. Nothing is planned", NatWorld.Text(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_written_by_hand_gets_the_whole_table()
    {
        var plan = NatPlanner.Make(Request() with { Reading = null, Wanted = [.. new NatWorld().Want("10.0.0.1", "203.0.113.5").Want("203.0.113.7", "203.0.113.7").Wanted] });
        Assert.Equal(Tables.Of("10.0.0.1 203.0.113.5"), Only(plan).New);
    }

    [Fact]
    public void A_rule_that_leads_mail_elsewhere_is_named()
    {
        var divert = new NatRule("ip nat OUTPUT, handle 3", [], new NatAction.Divert("redirect to :2525"), "redirect to :2525");
        var rules = new NatRules([new NatChain("ip nat OUTPUT", null, [divert])], [], FrozenDictionary<string, NatChain>.Empty);
        var plan = NatPlanner.Make(Request() with { Reading = new FirewallReading(null, "", rules, null), Wanted = [.. new NatWorld().Want("10.0.0.1", "203.0.113.5").Wanted] });
        Assert.Contains("Foreign: 10.0.0.1: ip nat OUTPUT, handle 3 leads mail from 10.0.0.1 elsewhere (redirect to :2525)", NatWorld.Text(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void Our_chain_in_a_table_of_others_is_not_taken_for_theirs()
    {
        var mapping = new NatRule("ip nat NAMESAKE-MAIL, handle 9", [], new NatAction.Snat(new AddressSpan(IPAddress.Parse("203.0.113.5"), IPAddress.Parse("203.0.113.5"))), "snat to 203.0.113.5");
        var jump = new NatRule("ip nat POSTROUTING, handle 8", [], new NatAction.Jump("ip nat NAMESAKE-MAIL", Comes: true), "jump NAMESAKE-MAIL");
        var rules = new NatRules([], [new NatChain("ip nat POSTROUTING", null, [jump]) { Priority = 100 }],
            new Dictionary<string, NatChain> { ["ip nat NAMESAKE-MAIL"] = new("ip nat NAMESAKE-MAIL", null, [mapping]) }.ToFrozenDictionary());
        var iptables = new FirewallTraits { Id = "edge", Name = "iptables on this node", Priority = 100, OwnChain = "ip nat NAMESAKE-MAIL" };
        var request = Request() with { Firewall = iptables, Wanted = [.. new NatWorld().Want("10.0.0.1", "203.0.113.5").Wanted] };
        Assert.Single(Only(NatPlanner.Make(request with { Reading = new FirewallReading(null, "", rules, null) })).New!.Mappings);
        Assert.True(NatPlanner.Make(request with { Reading = new FirewallReading(Tables.Of("10.0.0.1 203.0.113.5"), "", rules, null) }).IsComplete);
    }

    [Fact]
    public void A_public_address_that_is_not_here_is_told()
    {
        var plan = NatPlanner.Make(Request() with { IsHere = address => address.ToString() != "203.0.113.5", Wanted = [.. new NatWorld().Want("10.0.0.1", "203.0.113.5").Wanted] });
        Assert.Contains("Advice: 203.0.113.5: 203.0.113.5 is on no interface of nftables on this node", NatWorld.Text(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void The_scope_of_the_table_alone_is_a_change()
    {
        var change = Only(NatPlanner.Make(Request() with
        {
            Reading = new FirewallReading(Tables.Of("10.0.0.1 203.0.113.5"), "", null, null),
            Wanted = [.. new NatWorld().Want("10.0.0.1", "203.0.113.5").Wanted],
            Device = "eth0",
            User = 990,
        }));
        Assert.Equal(Tables.Of("10.0.0.1 203.0.113.5") with { Device = "eth0", User = 990 }, change.New);
    }

    [Fact]
    public void A_thousand_sources_are_one_plan()
    {
        var world = new NatWorld { Limits = new PlanLimits(1000, 1000), Traits = new() { Id = "edge", Name = "nftables on this node", Priority = 90, Limit = 1000 } }.Masquerade(100);
        for (var host = 0; host < 1000; host++)
            world.Want($"10.0.{host / 250}.{(host % 250) + 1}", $"203.0.113.{(host % 200) + 1}", $"mail{host % 200}.acme.example");
        var plan = world.Plan();
        world.Apply(plan.Steps);
        Assert.True(world.Plan().IsComplete);
    }

    private static NatPlanRequest Request() => new()
    {
        Id = PlanId.New(PlanKind.Nat, DateTimeOffset.UnixEpoch, 1),
        Node = "relay1",
        Now = DateTimeOffset.UnixEpoch,
        Firewall = new FirewallTraits { Id = "edge", Name = "nftables on this node", Priority = 90 },
        Wanted = [],
    };

    private static TranslationChange Only(Plan plan)
    {
        Assert.True(plan.Changes.Count() == 1, NatWorld.Text(plan));
        return Assert.IsType<TranslationChange>(plan.Changes.Single());
    }

    private static void Refused(Plan plan, string reason) => Assert.Contains(plan.Notes, note => note.Kind == PlanNoteKind.Refused && note.Text.Contains(reason, StringComparison.Ordinal));
}
