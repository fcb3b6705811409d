using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.History;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>What was other before is kept, once, with its time; what is only seen again is not.</summary>
public sealed class HistoryTests
{
    private static readonly SourceId Acme = new("acme");

    [Fact]
    public async Task What_is_seen_first_is_kept_and_seen_again_is_not()
    {
        var scene = await Scene.AlignedAsync();
        await scene.PassAsync(TimeSpan.FromHours(5));
        Assert.Equal(
            [
                "Ehlo 203.0.113.5 <new> mail.acme.example", "Forward mail.acme.example A <new> 203.0.113.5", "Pointers 203.0.113.5 <new> mail.acme.example", "Policy  <new> strict",
                "Verdict  <new> aligned",
            ],
            (await ChangesAsync(scene)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_changed_pointer_and_the_verdict_it_makes_are_told_with_what_was_before()
    {
        var scene = await Scene.AlignedAsync();
        scene.Dns.Pointer("203.0.113.5", "host-5.provider.example");
        await scene.PassAsync(TimeSpan.FromMinutes(20));
        scene.Dns.Pointer("203.0.113.5", "mail.acme.example");
        await scene.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(
            [
                "Pointers 203.0.113.5 mail.acme.example host-5.provider.example", "Verdict PT-03 aligned misaligned",
                "Pointers 203.0.113.5 host-5.provider.example mail.acme.example", "Verdict  misaligned aligned",
            ],
            (await ChangesAsync(scene)).Skip(5));
        var change = scene.Store.History.Changes.First(change => change is { Kind: ObservationKind.Pointers, Before: not null });
        Assert.Equal(("ns1, ns2", "relay1"), (change.Origin, change.Vantage));
    }

    [Fact]
    public async Task Silence_and_a_half_propagated_change_are_no_change()
    {
        var scene = await Scene.AlignedAsync();
        scene.Dns.Lag("5.113.0.203.in-addr.arpa", RecordType.Ptr, "old.acme.example");
        await scene.PassAsync(TimeSpan.FromMinutes(30));
        scene.Dns.Trouble("acme.example", DnsOutcome.TimedOut);
        await scene.PassAsync(TimeSpan.FromMinutes(30));
        Assert.DoesNotContain(await ChangesAsync(scene), change => change.StartsWith("Pointers", StringComparison.Ordinal) && !change.Contains("<new>", StringComparison.Ordinal));
        Assert.DoesNotContain(await ChangesAsync(scene), change => change.StartsWith("Forward", StringComparison.Ordinal) && !change.Contains("<new>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lost_pointer_is_a_change_to_none()
    {
        var scene = await Scene.AlignedAsync();
        scene.Dns.Pointer("203.0.113.5");
        await scene.PassAsync(TimeSpan.FromMinutes(20));
        Assert.Contains("Pointers 203.0.113.5 mail.acme.example ", await ChangesAsync(scene));
    }

    [Fact]
    public async Task A_restart_is_no_change()
    {
        var scene = await Scene.AlignedAsync();
        var before = (await ChangesAsync(scene)).Count;
        scene = await scene.RestartAsync();
        await scene.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(before, (await ChangesAsync(scene)).Count);
    }

    [Fact]
    public async Task A_new_name_and_a_new_policy_are_told_across_reload_and_restart()
    {
        var scene = await Scene.AlignedAsync();
        var renamed = Scene.Source("acme", "203.0.113.5", "post.acme.example");
        scene.Ledger.Reconfigure(scene.Model with { Sources = new SourceDirectory([renamed]) });
        Assert.Contains("Ehlo 203.0.113.5 mail.acme.example post.acme.example", await ChangesAsync(scene));
        scene = await scene.RestartAsync(scene.Model with { Sources = new SourceDirectory([renamed]), Policies = ImmutableDictionary<SourceId, IdentityPolicy>.Empty.Add(Acme, IdentityPolicy.Forward) });
        Assert.Contains("Policy  strict forward", await ChangesAsync(scene));
        Assert.Equal(["mail.acme.example"], (await FactsAsync(scene)).OtherNames.Select(name => name.Name));
    }

    [Fact]
    public async Task A_name_that_moved_ends_at_the_old_address_and_the_old_address_is_remembered()
    {
        var scene = await Scene.AlignedAsync();
        var moved = Scene.Source("acme", "203.0.113.99", "mail.acme.example");
        scene.Ledger.Reconfigure(scene.Model with { Sources = new SourceDirectory([moved]) });
        Assert.Equal(["Ehlo 203.0.113.5 mail.acme.example ", "Ehlo 203.0.113.99 <new> mail.acme.example"], (await ChangesAsync(scene)).Where(change => change.StartsWith("Ehlo", StringComparison.Ordinal)).Skip(1));
        var facts = await FactsAsync(scene);
        Assert.Equal("203.0.113.5", Assert.Single(facts.FormerAddresses).Address.ToString());
        Assert.Empty(facts.OtherNames);
        Assert.Null(facts.PointersSince); // of the new address nothing was seen yet
    }

    [Fact]
    public async Task Another_sources_name_at_our_address_counts_until_it_is_long_ago()
    {
        var (acme, old) = (Scene.Source("acme", "203.0.113.5", "mail.acme.example"), Scene.Source("old", "203.0.113.5", "mail.old.example", local: "10.0.0.9"));
        var scene = new Scene(acme, old);
        await scene.OpenAsync();
        scene.Clock.Advance(TimeSpan.FromDays(1));
        scene.Ledger.Reconfigure(scene.Model with { Sources = new SourceDirectory([acme]) });
        scene.Clock.Advance(TimeSpan.FromDays(29));
        Assert.Equal(("mail.old.example", "old"), (await FactsAsync(scene)).OtherNames.Select(name => (name.Name, name.Source)).Single());
        scene.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Empty((await FactsAsync(scene)).OtherNames);
    }

    [Fact]
    public async Task A_source_that_went_while_the_relay_was_down_is_noted_and_forgotten_a_quarter_later()
    {
        var scene = new Scene(Scene.Source("acme", "203.0.113.5", "mail.acme.example"), Scene.Source("old", "203.0.113.6", "mail.old.example"));
        await scene.OpenAsync();
        var without = scene.Model with { Sources = new SourceDirectory([scene.Model.Sources.All[0]]) };
        scene = await scene.RestartAsync(without);
        await scene.Ledger.Journal.FlushAsync();
        Assert.Equal(("", "mail.old.example"), scene.Store.History.Changes.Where(change => change.Source.Value == "old").Select(change => (change.Value, change.Before)).Last());
        scene.Clock.Advance(TimeSpan.FromDays(91));
        scene = await scene.RestartAsync(without);
        await scene.Ledger.Journal.FlushAsync();
        Assert.DoesNotContain(scene.Store.History.Changes, change => change.Source.Value == "old");
    }

    [Fact]
    public async Task The_address_seen_is_told_when_it_is_another()
    {
        var scene = await Scenes.TranslatedAsync();
        scene.Clock.Advance(TimeSpan.FromMinutes(1));
        scene.Sight("nat", "mx.google.com", "198.51.100.7");
        scene.Clock.Advance(TimeSpan.FromMinutes(1));
        scene.Sight("nat", "mx.example.org", "203.0.113.5");
        await scene.Ledger.Journal.FlushAsync();
        var seen = scene.Store.History.Changes.Where(change => change.Kind == ObservationKind.Observed).ToList();
        Assert.Equal([(null, "203.0.113.5"), ("203.0.113.5", "198.51.100.7"), ("198.51.100.7", "203.0.113.5")], seen.Select(change => (change.Before, change.Value)));
        Assert.Equal(("10.0.0.5", "mx.google.com"), (seen[1].Subject, seen[1].Origin));
    }

    [Fact]
    public async Task An_address_that_comes_and_goes_with_every_session_does_not_fill_the_history()
    {
        var scene = await Scene.AlignedAsync();
        for (var i = 0; i < 200; i++)
        {
            scene.Clock.Advance(TimeSpan.FromSeconds(0.1));
            scene.Sight("acme", "mx.google.com", i % 2 == 0 ? "203.0.113.5" : "198.51.100.7");
        }
        await scene.Ledger.Journal.FlushAsync();
        Assert.InRange(scene.Store.History.Changes.Count(change => change.Kind == ObservationKind.Observed), 1, 4);
    }

    [Fact]
    public async Task While_the_store_is_away_nothing_is_lost_and_nothing_is_written_twice()
    {
        var scene = await Scene.AlignedAsync();
        await scene.Ledger.Journal.FlushAsync();
        scene.Store.History.Broken = true;
        scene.Dns.Pointer("203.0.113.5", "other.acme.example");
        await scene.PassAsync(TimeSpan.FromMinutes(20));
        Assert.False(await scene.Ledger.Journal.FlushAsync());
        scene.Store.History.Broken = false;
        Assert.Equal(["Pointers 203.0.113.5 mail.acme.example other.acme.example", "Verdict PT-03 aligned misaligned"], (await ChangesAsync(scene)).Skip(5));
    }

    [Fact]
    public async Task What_DNS_says_is_cut_and_cleaned_before_it_is_kept()
    {
        var scene = await Scene.AlignedAsync();
        scene.Dns.Pointer("203.0.113.5", [.. Enumerable.Range(0, 500).Select(i => $"a{i}\u0000\u001b[2J.hostile.example")]);
        await scene.ProbeAsync("acme");
        await scene.Ledger.Journal.FlushAsync();
        var value = scene.Store.History.Changes.Last(change => change.Kind == ObservationKind.Pointers).Value;
        Assert.Equal(Observation.LongestText, value.Length);
        Assert.DoesNotContain(value, char.IsControl);
    }

    [Fact]
    public async Task Changes_within_the_window_are_counted_and_older_ones_are_not()
    {
        var scene = await Scene.AlignedAsync();
        var since = scene.Now;
        foreach (var name in new[] { "a", "b", "c" })
        {
            scene.Dns.Pointer("203.0.113.5", $"{name}.acme.example");
            await scene.ProbeAsync("acme");
            scene.Clock.Advance(TimeSpan.FromDays(11));
        }
        var facts = await FactsAsync(scene);
        Assert.Equal(since, facts.PointersSince);
        Assert.Equal([("a.acme.example", "b.acme.example"), ("b.acme.example", "c.acme.example")], facts.PointerChanges.Select(change => (change.From, change.To)));
    }

    [Fact]
    public async Task What_was_forgotten_is_known_to_have_been_there()
    {
        var scene = await Scene.AlignedAsync();
        await scene.Ledger.Journal.FlushAsync();
        scene.Clock.Advance(TimeSpan.FromDays(120));
        await scene.Store.History.ForgetChangesAsync(scene.Now - TimeSpan.FromDays(90), 1000);
        Assert.Equal(scene.Now - TimeSpan.FromDays(90), (await FactsAsync(scene)).PointersSince);
        var history = await scene.Ledger.HistoryAsync(Acme, null, 100, CancellationToken.None);
        Assert.Contains(history.Present, observation => observation is { Kind: ObservationKind.Pointers, Value: "mail.acme.example" });
    }

    [Fact]
    public async Task Without_a_store_only_what_stands_now_is_known()
    {
        var scene = await Scene.AlignedAsync();
        var ledger = new IdentityLedger(scene.Model, scene.Options, new MemoryStore(), scene.Clock, NullLogger<IdentityLedger>.Instance);
        await ledger.LoadAsync(CancellationToken.None);
        await new IdentityWatch(ledger, scene.Dns, scene.Interfaces, scene.Outside, scene.Options, scene.Clock, NullLogger<IdentityWatch>.Instance).ProbeNowAsync(Acme, CancellationToken.None);
        scene.Clock.Advance(TimeSpan.FromDays(7));
        var facts = (await ledger.HistoryFactsAsync(Acme, CancellationToken.None))!;
        Assert.Equal(scene.Now - TimeSpan.FromDays(7), facts.PointersSince);
        Assert.Empty((await ledger.HistoryAsync(Acme, null, 10, CancellationToken.None)).Changes);
    }

    [Fact]
    public async Task The_probe_puts_it_into_the_facts()
    {
        var scene = await Scene.AlignedAsync();
        var basis = new IdentityFacts { Source = scene.Model.Sources.All[0] };
        Assert.NotNull((await new HistoryProbe(scene.Ledger).LookAsync(basis, CancellationToken.None))(basis).History?.PointersSince);
        var stranger = new IdentityFacts { Source = Scene.Source("nobody", "203.0.113.77", "mail.nobody.example") };
        Assert.Null((await new HistoryProbe(scene.Ledger).LookAsync(stranger, CancellationToken.None))(stranger).History);
    }

    private static async Task<HistoryFacts> FactsAsync(Scene scene) => (await scene.Ledger.HistoryFactsAsync(Acme, CancellationToken.None))!;

    private static async Task<List<string>> ChangesAsync(Scene scene)
    {
        await scene.Ledger.Journal.FlushAsync();
        return [.. scene.Store.History.Changes.Where(change => change.Source == Acme).Select(change => $"{change.Kind} {change.Subject} {change.Before ?? "<new>"} {change.Value}")];
    }
}
