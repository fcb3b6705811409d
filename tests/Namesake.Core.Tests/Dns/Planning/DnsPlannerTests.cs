using Namesake.Core.Dns;
using Namesake.Core.Dns.Planning;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Core.Tests.Identity.Zones;

namespace Namesake.Core.Tests.Dns.Planning;

public sealed class DnsPlannerTests
{
    private const string Reverse = "5.113.0.203.in-addr.arpa", Mail = "mail.acme.example";

    [Fact]
    public void A_new_address_gets_its_name_first_and_its_PTR_record_then()
    {
        var plan = new PlannedWorld().Want("203.0.113.5", Mail).Plan();

        Assert.Equal(["address records", "PTR records"], plan.Steps.Select(step => step.Title));
        Assert.All(plan.Steps, step => Assert.True(step.WaitsUntilSeen));
        var address = Assert.IsType<RecordChange>(Assert.Single(plan.Steps[0].Changes));
        Assert.Equal((Mail, "acme.example", RecordType.A, null, "203.0.113.5 (TTL 3600)"), (address.Name.Value, address.Zone.Value, address.Type, address.Old, address.New?.ToString()));
        var pointer = Assert.IsType<RecordChange>(Assert.Single(plan.Steps[1].Changes));
        Assert.Equal((Reverse, "113.0.203.in-addr.arpa", RecordType.Ptr, null, "mail.acme.example. (TTL 3600)"), (pointer.Name.Value, pointer.Zone.Value, pointer.Type, pointer.Old, pointer.New?.ToString()));
        Assert.Equal(["PT-01", "PT-04"], pointer.Ends);
        Assert.Equal(PlannedWorld.Now.AddHours(1), pointer.EarliestGreen);
        Assert.DoesNotContain(plan.Changes, change => change.IsForeign);
    }

    [Fact]
    public void Five_local_and_three_public_addresses_take_exactly_three_PTR_records()
    {
        var world = new PlannedWorld();
        foreach (var (source, address) in new[] { ("a", 5), ("b", 5), ("c", 6), ("d", 6), ("e", 7) })
            world.Want($"203.0.113.{address}", address == 7 ? "mx.brave.example" : $"mail{address}.acme.example", source);
        var plan = world.Plan();

        Assert.Equal(3, plan.Changes.OfType<RecordChange>().Count(change => change.Type == RecordType.Ptr));
        world.Apply(plan.Steps);
        var again = world.Plan();
        Assert.True(again.IsEmpty && again.IsComplete, string.Join('\n', again.Notes));
    }

    [Fact]
    public void Two_names_for_one_address_are_refused_and_nothing_is_planned_for_it()
    {
        var plan = new PlannedWorld().Want("203.0.113.5", Mail, "a").Want("203.0.113.5", "mx.brave.example", "b").Plan();

        Assert.True(plan.IsEmpty);
        var note = Assert.Single(plan.Notes);
        Assert.Equal(PlanNoteKind.Refused, note.Kind);
        Assert.Contains("mail.acme.example and mx.brave.example", note.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Somebody_elses_PTR_record_is_named_and_changed_only_with_consent()
    {
        var world = new PlannedWorld().Want("203.0.113.5", Mail).Set(Mail, RecordType.A, "203.0.113.5").Set(Reverse, RecordType.Ptr, "old.host.example.");
        var plan = world.Plan();

        var change = Assert.IsType<RecordChange>(Assert.Single(plan.Changes));
        Assert.True(change.IsForeign);
        Assert.Equal("old.host.example. (TTL 1800)", change.Old?.ToString());
        Assert.Contains(plan.Notes, note => note.Kind == PlanNoteKind.Foreign && note.Text.Contains("old.host.example", StringComparison.Ordinal));
        world.Apply(plan.Steps, consent: true);
        Assert.True(world.Plan().IsComplete);
    }

    [Fact]
    public void What_we_wrote_ourselves_is_changed_without_asking_and_what_others_changed_since_is_not()
    {
        var world = new PlannedWorld().Want("203.0.113.5", Mail);
        world.Apply(world.Plan().Steps);
        world.Wanted.Clear();
        world.Want("203.0.113.5", "mx.brave.example");
        var rename = world.Plan();
        Assert.DoesNotContain(rename.Changes, change => change.IsForeign);
        Assert.Equal("203.0.113.5 (TTL 3600)", world.Get(Mail, RecordType.A)); // The old name leads there until the PTR record has moved.
        world.Apply(rename.Steps);

        world.Set(Reverse, RecordType.Ptr, "other.host.example.");
        Assert.True(Assert.Single(world.Plan().Changes).IsForeign);
    }

    [Fact]
    public void Several_PTR_names_are_foreign_even_if_ours_is_among_them()
    {
        var plan = new PlannedWorld().Want("203.0.113.5", Mail).Set(Mail, RecordType.A, "203.0.113.5").Set(Reverse, RecordType.Ptr, "mail.acme.example.", "web.acme.example.").Plan();

        var change = Assert.Single(plan.Changes);
        Assert.True(change.IsForeign);
        Assert.Equal(["PT-05"], change.Ends);
    }

    [Fact]
    public void A_name_that_leads_to_a_web_server_is_not_made_to_lead_here_without_consent()
    {
        var plan = new PlannedWorld().Want("203.0.113.5", Mail).Set(Mail, RecordType.A, "198.51.100.80").Plan();

        var change = Assert.IsType<RecordChange>(Assert.Single(plan.Changes));
        Assert.True(change.IsForeign);
        Assert.Equal(["198.51.100.80", "203.0.113.5"], change.New!.Values);
        Assert.Contains(plan.Notes, note => note.Kind == PlanNoteKind.Advice && note.About == "203.0.113.5");
    }

    [Fact]
    public void Addresses_of_the_names_other_sources_are_kept_and_nobody_is_asked()
    {
        var world = new PlannedWorld().Want("203.0.113.5", Mail).Set(Mail, RecordType.A, "203.0.113.9");
        world.Others.Add((Mail, "203.0.113.9"));
        var change = Assert.IsType<RecordChange>(world.Plan().Changes.First());

        Assert.False(change.IsForeign);
        Assert.Equal(["203.0.113.5", "203.0.113.9"], change.New!.Values);
        Assert.Equal(1800, change.New.Ttl);
    }

    [Fact]
    public void A_name_that_is_an_alias_is_let_be()
    {
        var world = new PlannedWorld().Want("203.0.113.5", Mail).Alias(Mail, "host.acme.example");
        Assert.Contains(world.Plan().Notes, note => note.Kind == PlanNoteKind.Foreign && note.About == Mail);
        Assert.True(world.Plan().IsEmpty);

        world.Set("host.acme.example", RecordType.A, "203.0.113.5");
        var pointer = Assert.IsType<RecordChange>(Assert.Single(world.Plan().Changes));
        Assert.Equal(RecordType.Ptr, pointer.Type);
    }

    [Theory]
    [InlineData("5.0-15.113.0.203.in-addr.arpa", "0-15.113.0.203.in-addr.arpa")] // RFC 2317
    [InlineData("5.0/28.113.0.203.in-addr.arpa", "0/28.113.0.203.in-addr.arpa")]
    [InlineData("5.0-28.113.0.203.in-addr.arpa", "0-28.113.0.203.in-addr.arpa")] // RFC 4183
    [InlineData("5.rev.acme.example", "acme.example")]
    public void A_classless_delegation_is_followed_to_the_zone_that_holds_the_record(string owner, string zone)
    {
        var world = new PlannedWorld().Want("203.0.113.5", Mail).Set(Mail, RecordType.A, "203.0.113.5").Alias(Reverse, owner);
        world.Zones.Add(zone);
        world.Providers.Add(PlannedWorld.Provider("child", zone));
        var change = Assert.IsType<RecordChange>(Assert.Single(world.Plan().Changes));

        Assert.Equal((owner, zone), (change.Name.Value, change.Zone.Value));
        world.Apply(world.Plan().Steps);
        Assert.True(world.Plan().IsComplete);
    }

    [Fact]
    public void A_child_zone_without_a_way_into_it_is_named_with_the_record_that_is_missing()
    {
        var world = new PlannedWorld { Look = seen => seen.Survey.Type == RecordType.Ptr ? seen with { Survey = seen.Survey with { UnusedChildZone = Recorded.Name("0-15.113.0.203.in-addr.arpa") } } : seen };
        var plan = world.Want("203.0.113.5", Mail).Set(Mail, RecordType.A, "203.0.113.5").Plan();

        Assert.True(plan.IsEmpty);
        var note = Assert.Single(plan.Notes, note => note.Kind == PlanNoteKind.Zone);
        Assert.Contains($"{Reverse}. CNAME 5.0-15.113.0.203.in-addr.arpa.", note.Ticket, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_who_writes_the_zone_means_a_ticket_with_all_that_is_needed()
    {
        var world = new PlannedWorld().Want("203.0.113.5", Mail).Set(Mail, RecordType.A, "203.0.113.5");
        world.Providers[0] = PlannedWorld.Provider("bind", "acme.example");
        var note = Assert.Single(world.Plan().Notes, note => note.Kind == PlanNoteKind.NoAuthority);

        Assert.Contains($"{Reverse}. PTR {Mail}.", note.Ticket, StringComparison.Ordinal);
        Assert.Contains("113.0.203.in-addr.arpa", note.Ticket, StringComparison.Ordinal);
        Assert.Contains($"dig A {Mail}", note.Ticket, StringComparison.Ordinal);
        Assert.True(note.LeavesUndone);
    }

    [Fact]
    public void A_key_that_may_not_write_is_no_authority_and_a_server_that_is_away_is_unknown()
    {
        var world = new PlannedWorld().Want("203.0.113.5", Mail);
        world.Look = seen => seen with { Authority = seen.Authority! with { Access = WriteAccess.None, Detail = "REFUSED" } };
        Assert.All(world.Plan().Notes.Where(note => note.About == Mail), note => Assert.Equal(PlanNoteKind.NoAuthority, note.Kind));
        Assert.True(world.Plan().IsEmpty);

        world.Look = seen => seen with { Authority = seen.Authority! with { Access = WriteAccess.Unreachable } };
        Assert.All(world.Plan().Notes.Where(note => note.About == Mail), note => Assert.Equal(PlanNoteKind.Unknown, note.Kind));
        Assert.True(world.Plan().IsEmpty);
    }

    [Fact]
    public void What_nobody_could_tell_is_not_planned_and_neither_is_what_rests_on_it()
    {
        var world = new PlannedWorld { Look = seen => seen.Survey.Name.Value == Mail ? seen with { Survey = seen.Survey.AtServers(word => word.Failing(DnsOutcome.TimedOut)) } : seen };
        var plan = world.Want("203.0.113.5", Mail).Plan();

        Assert.True(plan.IsEmpty);
        Assert.False(plan.IsComplete);
        Assert.Contains(plan.Notes, note => note.Kind == PlanNoteKind.Unknown && note.About == Mail && note.Text.Contains("did not answer", StringComparison.Ordinal));
    }

    [Fact]
    public void Servers_that_disagree_are_waited_for()
    {
        var world = new PlannedWorld { Look = seen => seen.Survey.Type == RecordType.Ptr ? seen with { Survey = seen.Survey.AtServers(word => word.IsFrom(Recorded.Second) ? word.Saying("old.host.example") : word) } : seen };
        var plan = world.Want("203.0.113.5", Mail).Set(Mail, RecordType.A, "203.0.113.5").Plan();

        Assert.True(plan.IsEmpty);
        Assert.Contains(plan.Notes, note => note.Kind == PlanNoteKind.Unknown && note.Text.Contains("don't agree", StringComparison.Ordinal));
    }

    [Fact]
    public void A_provider_that_cannot_be_read_plans_nothing()
    {
        var world = new PlannedWorld { Look = seen => seen with { Held = new RecordReading(null, "no answer from 192.0.2.53") } };
        var plan = world.Want("203.0.113.5", Mail).Plan();

        Assert.True(plan.IsEmpty);
        Assert.Contains(plan.Notes, note => note.Kind == PlanNoteKind.Unknown && note.Text.Contains("no answer from 192.0.2.53", StringComparison.Ordinal));
    }

    [Fact]
    public void A_providers_own_PTR_record_counts_as_none()
    {
        var world = new PlannedWorld().Want("203.0.113.5", Mail).Set(Mail, RecordType.A, "203.0.113.5").Set(Reverse, RecordType.Ptr, "static.5.113.0.203.clients.host.example.");
        world.Providers[0] = world.Providers[0] with { DefaultPointer = "static.{4}.{3}.{2}.{1}.clients.host.example" };
        var change = Assert.Single(world.Plan().Changes);

        Assert.False(change.IsForeign);
        Assert.Equal("static.5.113.0.203.clients.host.example. (TTL 1800)", ((RecordChange)change).Old?.ToString());
    }

    [Fact]
    public void A_zone_that_is_to_be_ours_and_is_not_there_is_made_where_that_can_be_done_and_its_delegation_asked_for()
    {
        var world = new PlannedWorld().Want("203.0.113.5", Mail).Set(Mail, RecordType.A, "203.0.113.5");
        world.Zones.Remove("113.0.203.in-addr.arpa");
        Assert.True(world.Plan().IsEmpty);
        var ticket = world.Plan().Notes.Single(note => note.Kind == PlanNoteKind.Zone).Ticket;
        foreach (var server in Recorded.Servers)
            Assert.Contains($"113.0.203.in-addr.arpa. NS {server.Name}.", ticket, StringComparison.Ordinal);

        world.Providers[0] = world.Providers[0] with { CanMakeZones = true };
        var change = Assert.IsType<ZoneChange>(Assert.Single(world.Plan().Changes));
        Assert.Equal("113.0.203.in-addr.arpa", change.Zone.Value);
        Assert.Equal(Recorded.Servers.Select(server => server.Name).Order(StringComparer.Ordinal), change.Servers.Select(server => server.Value)); // as acme.example of the same provider has them
        world.Apply(world.Plan().Steps);
        Assert.IsType<RecordChange>(Assert.Single(world.Plan().Changes));
    }

    [Fact]
    public void Name_servers_of_the_configuration_go_before_those_of_other_zones()
    {
        var world = new PlannedWorld().Want("203.0.113.5", Mail);
        world.Zones.Remove("113.0.203.in-addr.arpa");
        world.Providers[0] = world.Providers[0] with { CanMakeZones = true, NameServers = [Recorded.Name("ns7.acme.example"), Recorded.Name("ns8.brave.example")] };
        var plan = world.Plan();

        Assert.Equal(["ns7.acme.example", "ns8.brave.example"], Assert.Single(plan.Changes.OfType<ZoneChange>()).Servers.Select(server => server.Value));
        Assert.Contains("\n113.0.203.in-addr.arpa. NS ns7.acme.example.\n113.0.203.in-addr.arpa. NS ns8.brave.example.", plan.Notes.Single(note => note.Kind == PlanNoteKind.Zone).Ticket, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Where_no_name_servers_are_known_no_zone_is_made_and_what_to_put_in_is_said(bool differ)
    {
        var world = new PlannedWorld().Want("203.0.113.5", Mail).Want("203.0.113.6", "mx.brave.example");
        world.Zones.Remove("113.0.203.in-addr.arpa");
        world.Providers.Add(PlannedWorld.Provider("pdns", differ ? ["113.0.203.in-addr.arpa", "acme.example", "brave.example"] : ["113.0.203.in-addr.arpa"]) with { CanMakeZones = true });
        world.Providers.RemoveAt(0);
        if (differ)
            world.Look = seen => seen.Survey.Name.Value == Mail ? seen with { Survey = seen.Survey with { Zones = [.. seen.Survey.Zones.Select(zone => zone with { Servers = [.. zone.Servers.Select(server => server with { NameServers = server.NameServers.Saying("ns9.acme.example") })] })] } } : seen;
        var plan = world.Plan();

        Assert.DoesNotContain(plan.Changes, change => change is ZoneChange);
        var notes = plan.Notes.Where(note => note.Kind == PlanNoteKind.Zone).ToList();
        Assert.NotEmpty(notes);
        Assert.All(notes, note => Assert.Contains("add nameServers to pdns in dnsProviders", note.Text, StringComparison.Ordinal));
        Assert.All(notes, note => Assert.Null(note.Ticket));
    }

    [Theory]
    [InlineData(3, 64, "a plan may have (")]
    [InlineData(64, 1, "in one zone")]
    public void Above_its_limits_a_plan_has_no_change_at_all_and_says_how_to_raise_them(int changes, int perZone, string said)
    {
        var world = new PlannedWorld { Limits = new PlanLimits(changes, 8, perZone) };
        var plan = world.Want("203.0.113.5", Mail).Want("203.0.113.6", "mail2.acme.example").Plan();

        Assert.True(plan.IsEmpty);
        Assert.Contains(plan.Notes, note => note.Kind == PlanNoteKind.Refused && note.Text.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void Giving_up_takes_what_we_wrote_the_PTR_record_first_and_leaves_what_others_wrote()
    {
        var world = new PlannedWorld().Want("203.0.113.5", Mail).Want("203.0.113.6", Mail);
        world.Apply(world.Plan().Steps);
        world.Wanted.RemoveAt(1);
        world.Leaving.Add(PlannedWorld.Identity("203.0.113.6", Mail));
        world.Others.Add((Mail, "203.0.113.5"));
        var plan = world.Plan();

        Assert.Equal(["PTR records given up", "address records given up"], plan.Steps.Select(step => step.Title));
        world.Apply(plan.Steps);
        Assert.Equal("203.0.113.5 (TTL 3600)", world.Get(Mail, RecordType.A));
        Assert.Null(world.Get("6.113.0.203.in-addr.arpa", RecordType.Ptr));

        world.Wanted.Clear();
        world.Others.Clear();
        world.Leaving.Add(PlannedWorld.Identity("203.0.113.5", Mail));
        world.Set(Mail, RecordType.A, "203.0.113.5", "198.51.100.80");
        var rest = world.Plan();
        Assert.Equal(["PTR records given up"], rest.Steps.Select(step => step.Title));
        Assert.Contains(rest.Notes, note => note.Kind == PlanNoteKind.Foreign && note.Text.Contains("it stays", StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_moves_from_one_address_to_another_in_one_plan_and_back()
    {
        var world = new PlannedWorld().Want("203.0.113.5", Mail);
        world.Apply(world.Plan().Steps);
        var before = world.Content;
        world.Wanted.Clear();
        world.Want("203.0.113.6", Mail).Leaving.Add(PlannedWorld.Identity("203.0.113.5", Mail));
        var plan = world.Plan();

        Assert.Equal(["address records", "PTR records", "PTR records given up", "address records given up"], plan.Steps.Select(step => step.Title));
        world.Apply(plan.Steps);
        Assert.Equal("203.0.113.6 (TTL 3600)", world.Get(Mail, RecordType.A));
        Assert.Null(world.Get("5.113.0.203.in-addr.arpa", RecordType.Ptr));
        world.Apply(plan.Inverse(), undo: true);
        Assert.Equal(before, world.Content);
    }

    [Fact]
    public void What_stood_beside_ours_before_us_stays_its_owners()
    {
        var world = new PlannedWorld().Want("203.0.113.6", Mail).Set(Mail, RecordType.A, "203.0.113.5");
        world.Others.Add((Mail, "203.0.113.5"));
        world.Apply(world.Plan().Steps);
        Assert.Equal("203.0.113.5, 203.0.113.6 (TTL 1800)", world.Get(Mail, RecordType.A));
        world.Wanted.Clear();
        world.Others.Clear();
        world.Leaving.Add(PlannedWorld.Identity("203.0.113.5", Mail));
        Assert.True(world.Plan().IsEmpty);
        Assert.Contains(world.Plan().Notes, note => note.Kind == PlanNoteKind.Foreign);

        world.Leaving[0] = PlannedWorld.Identity("203.0.113.6", Mail);
        world.Apply(world.Plan().Steps);
        Assert.Equal("203.0.113.5 (TTL 1800)", world.Get(Mail, RecordType.A));
    }

    [Fact]
    public void An_IPv6_address_is_written_under_its_nibbles()
    {
        var world = new PlannedWorld().Want("2001:db8::25", Mail);
        world.Zones.Add("8.b.d.0.1.0.0.2.ip6.arpa");
        world.Providers.Add(PlannedWorld.Provider("six", "8.b.d.0.1.0.0.2.ip6.arpa"));
        var plan = world.Plan();

        Assert.Equal(["PT-02", "PT-04"], Assert.Single(plan.Changes.OfType<RecordChange>(), change => change.Type == RecordType.Ptr).Ends);
        Assert.Equal(RecordType.Aaaa, Assert.IsType<RecordChange>(plan.Steps[0].Changes[0]).Type);
        world.Apply(plan.Steps);
        Assert.True(world.Plan().IsComplete);
    }

    [Fact]
    public void What_is_written_and_not_yet_everywhere_is_no_change()
    {
        var world = new PlannedWorld().Want("203.0.113.5", Mail);
        world.Look = seen => seen.Survey.Type == RecordType.A ? seen with { Held = new RecordReading(RecordSet.Of(3600, "203.0.113.5"), null) } : seen;
        var plan = world.Plan();

        Assert.Equal(RecordType.Ptr, Assert.IsType<RecordChange>(Assert.Single(plan.Changes)).Type);
        Assert.Contains(plan.Notes, note => note.Kind == PlanNoteKind.Advice && note.About == Mail);
    }

    [Theory]
    [InlineData("static.{1}-{2}-{3}-{4}.host.example", "static.203-0-113-5.host.example.", true)]
    [InlineData("*.host.example", "anything.host.example", true)]
    [InlineData("*.host.example", "host.example", false)]
    [InlineData("static.{4}.host.example", "static.6.host.example", false)]
    public void A_providers_pattern_matches(string pattern, string target, bool matches) =>
        Assert.Equal(matches, DefaultPointer.Matches(pattern, target, System.Net.IPAddress.Parse("203.0.113.5")));
}
