using System.Text.Json.Nodes;
using Namesake.Core.Identity;

namespace Namesake.Core.Tests.Identity;

/// <summary>Results that are graver or lighter than their check: more than ten PTR names hold, two are told; and checks that a newer version brings.</summary>
public sealed class GraverResultTests
{
    private const string Address = "203.0.113.5", Name = "mail.acme.example";

    [Theory]
    [InlineData(IdentityPolicy.Strict, 2, null, FindingSeverity.Fail)]
    [InlineData(IdentityPolicy.Strict, 11, "PT-05", FindingSeverity.Hold)]
    [InlineData(IdentityPolicy.Forward, 11, "PT-05", FindingSeverity.Hold)]
    [InlineData(IdentityPolicy.Observe, 11, null, FindingSeverity.Fail)]
    public async Task Eleven_names_hold_a_new_source_and_two_are_told(IdentityPolicy policy, int names, string? holds, FindingSeverity severity)
    {
        var scene = new Scene(Scene.Source("acme", Address, Name)).WithPolicy(policy);
        scene.Dns.Identity(Address, Name);
        scene.Dns.Pointer(Address, Names(names));
        await scene.OpenAsync();
        await scene.ProbeAsync("acme");
        Assert.Equal((holds, holds is null ? Verdict.Aligned : Verdict.Misaligned), (scene.Of("acme").Hold?.Check, scene.Of("acme").Verdict));
        Assert.Equal(severity, scene.Of("acme").Findings.Single(finding => finding.Check == "PT-05").Severity);
    }

    [Fact]
    public async Task An_aligned_source_with_two_names_is_asked_twice_before_eleven_hold_it()
    {
        var scene = await Scene.AlignedAsync();
        scene.Dns.Pointer(Address, Names(2));
        await scene.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal((true, Verdict.Aligned), (scene.Of("acme").IsOpen, scene.Of("acme").Verdict));
        scene.Dns.Pointer(Address, Names(11));
        await scene.ProbeAsync("acme");
        Assert.True(scene.Of("acme").IsOpen);
        await scene.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Equal("PT-05", scene.Of("acme").Hold?.Check);
        scene.Dns.Pointer(Address, Names(2));
        await scene.ProbeAsync("acme");
        Assert.Equal((true, FindingSeverity.Fail), (scene.Of("acme").IsOpen, scene.Of("acme").Findings.Single().Severity));
    }

    [Fact]
    public async Task So_is_one_that_had_two_names_from_its_first_day()
    {
        var scene = new Scene(Scene.Source("acme", Address, Name));
        scene.Dns.Identity(Address, Name);
        scene.Dns.Pointer(Address, Names(2));
        await scene.OpenAsync();
        await scene.ProbeAsync("acme");
        Assert.NotNull(scene.Of("acme").ProvenAt);
        scene.Dns.Pointer(Address, Names(11));
        scene.Clock.Advance(TimeSpan.FromMinutes(5));
        await scene.ProbeAsync("acme");
        scene.Clock.Advance(TimeSpan.FromMinutes(1));
        await scene.ProbeAsync("acme");
        Assert.True(scene.Of("acme").IsOpen);
        await scene.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Equal("PT-05", scene.Of("acme").Hold?.Check);
    }

    [Fact]
    public async Task Eleven_names_stay_held_over_a_restart_and_while_DNS_is_silent()
    {
        var scene = await Scene.AlignedAsync();
        scene.Dns.Pointer(Address, Names(11));
        await scene.PassAsync(TimeSpan.FromMinutes(20));
        scene.Dns.Dead = true;
        scene = await scene.RestartAsync();
        await scene.ProbeAsync("acme");
        Assert.Equal("PT-05", scene.Of("acme").Hold?.Check);
    }

    [Fact]
    public async Task A_pointer_to_localhost_is_held_as_what_it_is()
    {
        var scene = new Scene(Scene.Source("acme", Address, Name));
        scene.Dns.Identity(Address, Name);
        scene.Dns.Pointer(Address, "localhost");
        await scene.OpenAsync();
        await scene.ProbeAsync("acme");
        Assert.Equal("PT-10", scene.Of("acme").Hold?.Check);
        scene.Dns.Pointer(Address, "localhost", Name);
        await scene.ProbeAsync("acme");
        Assert.True(scene.Of("acme").IsOpen);
        Assert.Equal([("PT-05", FindingSeverity.Fail), ("PT-10", FindingSeverity.Fail)], scene.Of("acme").Findings.Select(finding => (finding.Check, finding.Severity)).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_check_that_an_upgrade_brings_does_not_hold_what_was_aligned(bool silent)
    {
        var scene = await UpgradedAsync(await Scene.AlignedAsync());
        Assert.Equal((true, Verdict.Aligned), (scene.Of("acme").IsOpen, scene.Of("acme").Verdict));
        scene.Dns.Dead = silent;
        await scene.PassAsync(TimeSpan.FromHours(3));
        Assert.True(scene.Of("acme").IsOpen, scene.Of("acme").Hold?.Describe());
    }

    [Fact]
    public async Task Nor_one_whose_grace_was_running()
    {
        var scene = await Scene.AlignedAsync();
        scene.Dns.Dead = true;
        await scene.PassAsync(TimeSpan.FromHours(1));
        scene = await UpgradedAsync(scene);
        await scene.ProbeAsync("acme");
        Assert.True(scene.Of("acme").IsOpen, scene.Of("acme").Hold?.Describe());
    }

    [Fact]
    public async Task And_it_vouches_for_no_source_that_was_never_proven()
    {
        var scene = new Scene(Scene.Source("acme", Address, Name));
        scene.Dns.Dead = true;
        await scene.OpenAsync();
        await scene.ProbeAsync("acme");
        scene = await UpgradedAsync(scene);
        Assert.Equal("unproven", scene.Of("acme").Hold?.Reason);
    }

    // As a version wrote it that knew neither PT-05 nor PT-10.
    private static async Task<Scene> UpgradedAsync(Scene scene)
    {
        await scene.Ledger.Journal.FlushAsync();
        var state = JsonNode.Parse(scene.Store.Kept["source:acme"])!;
        foreach (var check in new[] { "PT-05", "PT-10" })
            Assert.True(state["Memories"]!.AsObject().Remove(check));
        scene.Store.Kept["source:acme"] = state.ToJsonString();
        return await scene.OpenOnAsync(scene.Store);
    }

    private static string[] Names(int count) => [.. Enumerable.Range(1, count - 1).Select(i => $"w{i}.acme.example"), Name];
}
