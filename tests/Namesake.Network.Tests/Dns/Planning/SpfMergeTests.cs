using Namesake.Core.Dns;
using Namesake.Core.Plans;
using Namesake.Plans;

namespace Namesake.Network.Tests.Dns.Planning;

/// <summary>SPF records are whole policies of somebody's domain: what a plan says of them is a text to merge, and never a change.</summary>
public sealed class SpfMergeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Sources(int count, int brands = 1) => $$"""
        brands: [ {{string.Join(", ", Enumerable.Range(0, brands).Select(brand => $"{{ id: {(brand == 0 ? "acme" : "brave")}, senderDomains: [{(brand == 0 ? "acme" : "brave")}.example], returnPathDomain: {(brand == 0 ? "acme" : "brave")}.example, sources: [{string.Join(", ", Enumerable.Range(0, count).Where(number => number % brands == brand).Select(number => $"s{number}"))}] }}"))}} ]
        sources: [ {{string.Join(", ", Enumerable.Range(0, count).Select(number => $"{{ id: s{number}, localAddress: 10.0.{number / 250}.{number % 250}, publicAddress: 203.0.113.{number}, ehlo: mail.acme.example }}"))}} ]
        """;

    private static Task<Plan> PlanAsync(PlanWorkshop workshop) => new DnsPlanning(workshop, TimeProvider.System).MakeAsync(DnsPlanning.Identities(workshop.Configuration.Relay, []), [], new PlanLimits(500, 8, 500), null, Stop);

    [Fact]
    public async Task What_a_record_lacks_is_given_as_one_text_with_all_its_sources_and_is_nothing_when_it_is_merged()
    {
        await using var scene = await BindPlanScene.StartAsync(("acme.example", "@ TXT \"v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.0 -all\"\nmail TXT \"v=spf1 a -all\""));
        using var workshop = scene.Workshop("lacking", Sources(3));
        var plan = await PlanAsync(workshop);

        Assert.DoesNotContain(plan.Changes.OfType<RecordChange>(), change => change.Type == RecordType.Txt);
        var note = Assert.Single(plan.Notes, note => note.Kind == PlanNoteKind.Merge);
        Assert.Equal("SPF (AU-01)", note.About);
        Assert.Equal(["s1", "s2"], note.Sources.Select(source => source.Value).Order(StringComparer.Ordinal)); // s0 is in the record
        foreach (var term in new[] { "acme.example", "ip4:198.51.100.0/24", "ip4:203.0.113.1", "ip4:203.0.113.2" })
            Assert.Contains(term, note.Text, StringComparison.Ordinal);

        await using var merged = await BindPlanScene.StartAsync(("acme.example", "@ TXT \"v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.0 ip4:203.0.113.1 ip4:203.0.113.2 -all\"\nmail TXT \"v=spf1 a -all\""));
        using var after = merged.Workshop("merged", Sources(3));
        Assert.DoesNotContain((await PlanAsync(after)).Notes, each => each.Kind == PlanNoteKind.Merge);
    }

    [Fact]
    public async Task Sources_of_many_names_are_in_one_text_and_none_of_them_is_left_out()
    {
        await using var scene = await BindPlanScene.StartAsync(("acme.example", "@ TXT \"v=spf1 -all\""));
        using var workshop = scene.Workshop("names", $$"""
            brands: [ { id: acme, senderDomains: [acme.example], returnPathDomain: acme.example, sources: [{{string.Join(", ", Enumerable.Range(0, 7).Select(number => $"s{number}"))}}] } ]
            sources: [ {{string.Join(", ", Enumerable.Range(0, 7).Select(number => $"{{ id: s{number}, localAddress: 10.0.0.{number}, publicAddress: 203.0.113.{number}, ehlo: mail{number}.acme.example }}"))}} ]
            """);
        var note = Assert.Single((await PlanAsync(workshop)).Notes, note => note is { Kind: PlanNoteKind.Merge, About: "SPF (AU-01)" });
        Assert.Equal(7, note.Sources.Length);
        for (var number = 0; number < 7; number++)
            Assert.Contains($"ip4:203.0.113.{number} ", note.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_domain_without_a_record_is_given_a_whole_one()
    {
        await using var scene = await BindPlanScene.StartAsync(("acme.example", "mail TXT \"v=spf1 a -all\""));
        using var workshop = scene.Workshop("none", Sources(1));
        var note = Assert.Single((await PlanAsync(workshop)).Notes, note => note.Kind == PlanNoteKind.Merge);
        Assert.Contains("v=spf1", note.Text, StringComparison.Ordinal);
        Assert.Contains("203.0.113.0", note.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Above_what_one_plan_looks_at_each_domain_is_still_looked_at_and_how_many_are_left_out_is_said()
    {
        await using var scene = await BindPlanScene.StartAsync(("acme.example", "@ TXT \"v=spf1 -all\"\nmail TXT \"v=spf1 a -all\""), ("brave.example", "@ TXT \"v=spf1 -all\""));
        using var workshop = scene.Workshop("many", Sources(DnsPlanning.MostForSpf + 20, brands: 2));
        var plan = await PlanAsync(workshop);

        foreach (var domain in new[] { "acme.example", "brave.example" })
            Assert.Contains(plan.Notes, note => note.Kind == PlanNoteKind.Merge && note.Text.Contains($"to {domain}. TXT", StringComparison.Ordinal));
        var left = Assert.Single(plan.Notes, note => note.About == "SPF");
        Assert.Equal((PlanNoteKind.Advice, 20), (left.Kind, left.Sources.Length));
        Assert.Contains("SPF was looked at for 100 of 120 sources", left.Text, StringComparison.Ordinal);
    }
}
